"""One module per way of being told."""
