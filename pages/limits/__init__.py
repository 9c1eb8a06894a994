"""Limits: what focal loss does not do, and what it costs."""
