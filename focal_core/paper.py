"""What the focal-loss paper says, as data with the place where it says it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from typing import Generic, Protocol, TypeVar

PAPER = (
    "T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár: Focal Loss for Dense Object Detection, "
    "ICCV 2017, arXiv:1708.02002"
)
PROPERNESS = (
    "N. Charoenphakdee, J. Vongkulbhisal, N. Chairatanakul, M. Sugiyama: On Focal Loss for "
    "Class-Posterior Probability Estimation, CVPR 2021, arXiv:2011.09172"
)

CITED = "Lin et al. 2017"  # as the places below begin


@dataclass(frozen=True)
class Quoted:
    """A number that the paper states, and where."""

    value: float
    where: str


@dataclass(frozen=True)
class QuotedRange:
    """A range that the paper states, and where."""

    low: float
    high: float
    where: str


LOCATIONS = Quoted(100_000, "Lin et al. 2017, §1 and §4.1")
GAMMA = Quoted(2.0, "Lin et al. 2017, §4.1 and Table 1b")
ALPHA = Quoted(0.25, "Lin et al. 2017, §4.1 and Table 1b")
IMBALANCE_SOURCE = "Lin et al. 2017, §3: 1:1000, and §3.2: p_t = 0.9"
TOGETHER_SOURCE = "Lin et al. 2017, §4.1: α and γ are selected together"
BEST_ALPHAS = QuotedRange(0.25, 0.75, "Lin et al. 2017, §5.1, of 0.01 to 0.999 tried")
ROBUST_GAMMAS = QuotedRange(0.5, 5.0, "Lin et al. 2017, §4.1")
EASY_REDUCTION = Quoted(100.0, "Lin et al. 2017, §3.2: at p_t = 0.9 and γ = 2")
HARD_REDUCTION = Quoted(4.0, "Lin et al. 2017, §3.2: at most this, up to p_t = 0.5 at γ = 2")
WELL_CLASSIFIED = Quoted(0.5, "Lin et al. 2017, Figure 1: p_t above 0.5")
CURVES = (0.0, 0.5, 1.0, 2.0, 5.0)  # the gammas of Figure 1
PRIOR = Quoted(0.01, "Lin et al. 2017, §3.3 and §4.1")
WITHOUT_PRIOR_SOURCE = "Lin et al. 2017, §5.1"  # cross entropy diverges
ANY_PRIOR_SOURCE = "Lin et al. 2017, §4.1 and §5.1"  # insensitive to the exact value
ALPHA_HALF_LOSES = Quoted(0.4, "Lin et al. 2017, §5.1")  # points of AP, at γ = 2
HINGE_SOURCE = "Lin et al. 2017, §5.1"  # unstable
ASSIGNMENT_SOURCE = "Lin et al. 2017, §4"
NORMALISER_SOURCE = "Lin et al. 2017, §4.1"
BOX_LOSS_SOURCE = "Lin et al. 2017, §4.1"  # the sum of both losses, as they are
ALPHA_HELPS_SOURCE = "Lin et al. 2017, §3.2"  # slightly better with it
STABLE_SOURCE = "Lin et al. 2017, §3.2: the sigmoid inside the loss"
STAR = (2.0, 1.0)  # gamma, beta
STAR_SOURCE = "Lin et al. 2017, appendix A and Table 3"


class Split(Enum):
    """Which COCO images a table scores."""

    MINIVAL = "minival"  # 5,000 images whose labels are public
    TEST_DEV = "test-dev"  # scored by a server that keeps the labels


class Scored(Protocol):
    """What every row has: AP averaged over overlaps 0.5 to 0.95, and AP at 0.5 and 0.75.

    All AP are percentages.
    """

    @property
    def ap(self) -> float:
        """AP averaged over the overlaps."""

    @property
    def ap50(self) -> float:
        """AP at an overlap of 0.5."""

    @property
    def ap75(self) -> float:
        """AP at an overlap of 0.75."""


R = TypeVar("R", bound=Scored)


@dataclass(frozen=True)
class Table(Generic[R]):
    """One table of the paper; its rows stand in the paper's order.

    number: as printed, "1b". caption: what it compares, in our words.
    """

    number: str
    caption: str
    split: Split
    rows: tuple[R, ...]

    @property
    def where(self) -> str:
        """The table, to be cited."""
        return f"Lin et al. 2017, Table {self.number}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the rows' fields, in order."""
        return tuple(field.name for field in fields(self.rows[0]))  # type: ignore[arg-type]

    @property
    def best(self) -> R:
        """The row of the highest AP, the first of equals."""
        return max(self.rows, key=lambda row: row.ap)

    def column(self, name: str) -> list[object]:
        """All cells of one column."""
        return [getattr(row, name) for row in self.rows]

    def where_row(self, fits: Callable[[R], bool]) -> R:
        """The only row that fits; ValueError if there is none or more than one."""
        (row,) = filter(fits, self.rows)
        return row


@dataclass(frozen=True)
class WeightedRow:
    """Cross entropy with class weight alpha."""

    alpha: float
    ap: float
    ap50: float
    ap75: float


@dataclass(frozen=True)
class FocalRow:
    """Focal loss at gamma, with the alpha that the paper found best for it."""

    gamma: float
    alpha: float
    ap: float
    ap50: float
    ap75: float


@dataclass(frozen=True)
class AnchorRow:
    """How many anchors stand at each location: scales times aspect ratios."""

    scales: int
    ratios: int
    ap: float
    ap50: float
    ap75: float

    @property
    def anchors(self) -> int:
        """Anchors at each location."""
        return self.scales * self.ratios


@dataclass(frozen=True)
class MiningRow:
    """Hard example mining or focal loss.

    method: "OHEM", "OHEM 1:3" (three negatives to a positive) or "FL".
    batch: how many examples are kept; nms: overlap from which one of two is dropped before that.
    Both are None for focal loss, which keeps all.
    """

    method: str
    batch: int | None
    nms: float | None
    ap: float
    ap50: float
    ap75: float


@dataclass(frozen=True)
class SpeedRow:
    """RetinaNet of one depth at one image size.

    depth: layers of the ResNet. size: the shorter side in pixels. milliseconds: per image.
    """

    depth: int
    size: int
    ap: float
    ap50: float
    ap75: float
    ap_small: float
    ap_medium: float
    ap_large: float
    milliseconds: int


@dataclass(frozen=True)
class TimedDetector:
    """Another detector in Figure 2, with public numbers. milliseconds: per image."""

    detector: str
    ap: float
    milliseconds: int


@dataclass(frozen=True)
class DetectorRow:
    """One detector as published. stages: 1 or 2."""

    detector: str
    stages: int
    ap: float
    ap50: float
    ap75: float
    ap_small: float
    ap_medium: float
    ap_large: float


@dataclass(frozen=True)
class StarRow:
    """Cross entropy, focal loss or FL*; gamma and beta where the loss has them."""

    loss: str
    gamma: float | None
    beta: float | None
    ap: float
    ap50: float
    ap75: float


TABLE_1A = Table(
    "1a",
    "Cross entropy with class weight α: AP over α",
    Split.MINIVAL,
    (
        WeightedRow(0.10, 0.0, 0.0, 0.0),
        WeightedRow(0.25, 10.8, 16.0, 11.7),
        WeightedRow(0.50, 30.2, 46.7, 32.8),
        WeightedRow(0.75, 31.1, 49.4, 33.0),
        WeightedRow(0.90, 30.8, 49.7, 32.3),
        WeightedRow(0.99, 28.7, 47.4, 29.9),
        WeightedRow(0.999, 25.1, 41.7, 26.1),
    ),
)
TABLE_1B = Table(
    "1b",
    "Focal loss: AP over γ, each with the α that was best for it",
    Split.MINIVAL,
    (
        FocalRow(0.0, 0.75, 31.1, 49.4, 33.0),
        FocalRow(0.1, 0.75, 31.4, 49.9, 33.1),
        FocalRow(0.2, 0.75, 31.9, 50.7, 33.4),
        FocalRow(0.5, 0.50, 32.9, 51.7, 35.2),
        FocalRow(1.0, 0.25, 33.7, 52.0, 36.2),
        FocalRow(2.0, 0.25, 34.0, 52.5, 36.5),
        FocalRow(5.0, 0.25, 32.2, 49.6, 34.8),
    ),
)
TABLE_1C = Table(
    "1c",
    "Anchors: AP over the number of scales and aspect ratios",
    Split.MINIVAL,
    (
        AnchorRow(1, 1, 30.3, 49.0, 31.8),
        AnchorRow(2, 1, 31.9, 50.0, 34.0),
        AnchorRow(3, 1, 31.8, 49.4, 33.7),
        AnchorRow(1, 3, 32.4, 52.3, 33.9),
        AnchorRow(2, 3, 34.2, 53.1, 36.5),
        AnchorRow(3, 3, 34.0, 52.5, 36.5),
        AnchorRow(4, 3, 33.8, 52.1, 36.2),
    ),
)
TABLE_1D = Table(
    "1d",
    "Focal loss against online hard example mining (OHEM), ResNet-101",
    Split.MINIVAL,
    (
        MiningRow("OHEM", 128, 0.7, 31.1, 47.2, 33.2),
        MiningRow("OHEM", 256, 0.7, 31.8, 48.8, 33.9),
        MiningRow("OHEM", 512, 0.7, 30.6, 47.0, 32.6),
        MiningRow("OHEM", 128, 0.5, 32.8, 50.3, 35.1),
        MiningRow("OHEM", 256, 0.5, 31.0, 47.4, 33.0),
        MiningRow("OHEM", 512, 0.5, 27.6, 42.0, 29.2),
        MiningRow("OHEM 1:3", 128, 0.5, 31.1, 47.2, 33.2),
        MiningRow("OHEM 1:3", 256, 0.5, 28.3, 42.4, 30.3),
        MiningRow("OHEM 1:3", 512, 0.5, 24.0, 35.5, 25.8),
        MiningRow("FL", None, None, 36.0, 54.9, 38.7),
    ),
)
TABLE_1E = Table(
    "1e",
    "RetinaNet: AP against time per image, over depth and image size",
    Split.TEST_DEV,
    (
        SpeedRow(50, 400, 30.5, 47.8, 32.7, 11.2, 33.8, 46.1, 64),
        SpeedRow(50, 500, 32.5, 50.9, 34.8, 13.9, 35.8, 46.7, 72),
        SpeedRow(50, 600, 34.3, 53.2, 36.9, 16.2, 37.4, 47.4, 98),
        SpeedRow(50, 700, 35.1, 54.2, 37.7, 18.0, 39.3, 46.4, 121),
        SpeedRow(50, 800, 35.7, 55.0, 38.5, 18.9, 38.9, 46.3, 153),
        SpeedRow(101, 400, 31.9, 49.5, 34.1, 11.6, 35.8, 48.5, 81),
        SpeedRow(101, 500, 34.4, 53.1, 36.8, 14.7, 38.5, 49.1, 90),
        SpeedRow(101, 600, 36.0, 55.2, 38.7, 17.4, 39.6, 49.7, 122),
        SpeedRow(101, 700, 37.1, 56.6, 39.8, 19.1, 40.6, 49.4, 154),
        SpeedRow(101, 800, 37.8, 57.5, 40.8, 20.2, 41.1, 49.2, 198),
    ),
)
TABLE_2 = Table(
    "2",
    "RetinaNet beside the detectors of its time",
    Split.TEST_DEV,
    (
        DetectorRow("Faster R-CNN+++", 2, 34.9, 55.7, 37.4, 15.6, 38.7, 50.9),
        DetectorRow("Faster R-CNN, FPN", 2, 36.2, 59.1, 39.0, 18.2, 39.0, 48.2),
        DetectorRow("Faster R-CNN, G-RMI", 2, 34.7, 55.5, 36.7, 13.5, 38.1, 52.0),
        DetectorRow("Faster R-CNN, TDM", 2, 36.8, 57.7, 39.2, 16.2, 39.8, 52.1),
        DetectorRow("YOLOv2", 1, 21.6, 44.0, 19.2, 5.0, 22.4, 35.5),
        DetectorRow("SSD513", 1, 31.2, 50.4, 33.3, 10.2, 34.5, 49.8),
        DetectorRow("DSSD513", 1, 33.2, 53.3, 35.2, 13.0, 35.4, 51.1),
        DetectorRow("RetinaNet, ResNet-101", 1, 39.1, 59.1, 42.3, 21.8, 42.7, 50.2),
        DetectorRow("RetinaNet, ResNeXt-101", 1, 40.8, 61.1, 44.1, 24.1, 44.2, 51.2),
    ),
)
TABLE_3 = Table(
    "3",
    "Focal loss and FL*, its other form, against cross entropy",
    Split.MINIVAL,
    (
        StarRow("CE", None, None, 31.1, 49.4, 33.0),
        StarRow("FL", 2.0, None, 34.0, 52.5, 36.5),
        StarRow("FL*", 2.0, 1.0, 33.8, 52.7, 36.3),
        StarRow("FL*", 4.0, 0.0, 33.9, 51.8, 36.4),
    ),
)

FIGURE_2_SOURCE = "Lin et al. 2017, Figure 2"
FIGURE_2 = (
    TimedDetector("YOLOv2", 21.6, 25),  # the paper lists it and does not plot it
    TimedDetector("SSD321", 28.0, 61),
    TimedDetector("DSSD321", 28.0, 85),
    TimedDetector("R-FCN", 29.9, 85),  # its time is extrapolated
    TimedDetector("SSD513", 31.2, 125),
    TimedDetector("DSSD513", 33.2, 156),
    TimedDetector("Faster R-CNN, FPN", 36.2, 172),
)

DEFAULT_ANCHORS = TABLE_1C.where_row(lambda row: (row.scales, row.ratios) == (3, 3))
PLAIN_CROSS_ENTROPY = TABLE_1A.where_row(lambda row: row.alpha == 0.5)  # equal weights; prior
FOCAL_WITHOUT_MINING = TABLE_1D.where_row(lambda row: row.method == "FL")
BEST_MINING = max((row for row in TABLE_1D.rows if row.method != "FL"), key=lambda row: row.ap)
BEST_STAR = max((row for row in TABLE_3.rows if row.loss == "FL*"), key=lambda row: row.ap)
BEST_TWO_STAGE = max((row for row in TABLE_2.rows if row.stages == 2), key=lambda row: row.ap)
BEST_ONE_STAGE_BEFORE = max(
    (row for row in TABLE_2.rows if row.stages == 1 and "RetinaNet" not in row.detector),
    key=lambda row: row.ap,
)
RETINANET = TABLE_2.where_row(lambda row: row.detector == "RetinaNet, ResNet-101")


def gain(better: Scored, worse: Scored) -> float:
    """By how many points of AP one row leads; both tables print one decimal."""
    return round(better.ap - worse.ap, 1)
