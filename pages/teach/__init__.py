"""Teach: what a class needs, and where every claim comes from."""
