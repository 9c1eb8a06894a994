"""In a detector: the first step, many classes, and what training makes of it."""
