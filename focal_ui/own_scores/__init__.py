"""A visitor’s own scores: how they come in, what is drawn and said of their loss."""
