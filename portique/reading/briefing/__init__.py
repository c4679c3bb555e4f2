"""The briefing: figures chosen for a handout, with the words that stand beside them."""
