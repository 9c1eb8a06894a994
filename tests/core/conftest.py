"""A slow computer is no failing law: hypothesis runs without a deadline."""

import pytest
from hypothesis import settings

settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")


@pytest.fixture(scope="module")
def one_thread():
    """So little work goes faster without a second thread, above all on a busy machine."""
    import torch  # noqa: PLC0415 - most tests of the core need none

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
