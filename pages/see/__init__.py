"""The idea: how gamma and alpha reshape it, and what it adds up to."""
