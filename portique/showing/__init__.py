"""What is shown: words, colours, charts, maps, files and screens."""
