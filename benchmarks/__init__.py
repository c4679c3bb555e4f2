"""What Portique costs a reader, measured: `make bench`."""
