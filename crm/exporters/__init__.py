"""One module per format that contacts can leave in."""
