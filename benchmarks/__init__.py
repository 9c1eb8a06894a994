"""How fast the app answers: run each file from the app's folder with `python -m benchmarks.…`."""
