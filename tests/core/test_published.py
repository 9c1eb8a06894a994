"""What the paper printed, beside each configuration that was run here."""

import pytest

from focal_core.training.config import CONFIGURATIONS
from focal_core.training.published import focal_beside_mining, published, same_order


@pytest.mark.parametrize(
    ("name", "ap50", "table"),
    [
        ("CE, π = 0.01", 46.7, "1a"),
        ("CE, α = 0.75", 49.4, "1a"),
        ("FL, γ = 0.5, α = 0.5", 51.7, "1b"),
        ("FL, γ = 1, α = 0.25", 52.0, "1b"),
        ("FL, γ = 2, α = 0.25", 52.5, "1b"),
        ("FL, γ = 5, α = 0.25", 49.6, "1b"),
        ("OHEM, 64 an image", 50.3, "1d"),
    ],
)
def test_the_papers_row_for_the_same_loss(name, ap50, table):
    printed = published(CONFIGURATIONS[name])
    assert (printed.value, printed.where) == (ap50, f"Lin et al. 2017, Table {table}")


@pytest.mark.parametrize("name", ["CE, no prior", "CE, π = 0.001"])
def test_what_was_not_printed_has_no_row(name):
    assert published(CONFIGURATIONS[name]) is None


def test_mining_is_compared_with_focal_loss_on_its_own_net():
    assert focal_beside_mining().value == 54.9


@pytest.mark.parametrize(
    ("here", "there", "alike"),
    [([1, 2, -3], [10, 20, -1], 3), ([1, -2], [-1, 2], 0), ([1, 0], [1, 2], 1), ([], [], 0)],
)
def test_differences_that_point_the_same_way_are_counted(here, there, alike):
    assert same_order(here, there) == alike
