"""See the loss: how gamma and alpha reshape it, and what it adds up to."""
