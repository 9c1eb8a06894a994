"""The image of Start: its glow, its bars of three kinds, and all outputs in one row."""
