"""Losses, gradients and simulations of focal loss; knows no user interface."""
