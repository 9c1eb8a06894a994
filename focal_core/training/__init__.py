"""A small one-stage detector trained for real: data, model, trainer, and the runs that ship.

`config`, `records`, `images`, `assignment`, `average_precision`, `showcase`, `recorded` and
`own_process` need NumPy and SciPy alone; `model`, `sampling`, `detector`, `points`, `worker` and
`record` import torch.
"""
