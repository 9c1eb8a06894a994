"""Try it: challenges, and your own scores."""
