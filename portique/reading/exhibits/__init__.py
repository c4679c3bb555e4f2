"""Exhibits: what goes out, each a table with its title, unit, definition, period, source, status, version and link."""
