"""A small one-stage detector trained for real: data, model, trainer, and the runs that ship.

`config`, `records`, `images`, `assignment`, `average_precision` and `recorded` need NumPy alone;
`model`, `sampling`, `detector`, `points`, `showcase` and `record` import torch.
"""
