"""From someone's file to checked lines: read in a child process, laid out, matched, checked; nothing is written."""
