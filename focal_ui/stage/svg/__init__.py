"""A figure as SVG, for the pictures that move while a slider is dragged."""
