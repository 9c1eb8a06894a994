"""A slow computer is no failing law: hypothesis runs without a deadline."""

from hypothesis import settings

settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")
