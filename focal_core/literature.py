"""Works beyond the paper that the app leans on, and how far each was read."""

from dataclasses import dataclass
from enum import Enum


class ReadAs(Enum):
    """What a statement about a work rests on."""

    ABSTRACT = "abstract or readers’ notes only, not the full text"
    ABSTRACT_AND_CODE = "abstract or readers’ notes, and its code"
    CODE = "its code"
    TEXT = "the text itself"
    THREAD = "a discussion thread"


@dataclass(frozen=True)
class Work:
    """Who and where; what the app takes from it, in our words; what that rests on.

    recomputed: whether the statement was also checked by our own calculation.
    """

    cite: str
    says: str
    read_as: ReadAs
    recomputed: bool = False


WORKS = (
    Work(
        "Charoenphakdee et al., CVPR 2021, arXiv:2011.09172",
        "Focal loss finds the right class but not the true probability; a closed formula "
        "recalibrates it.",
        ReadAs.ABSTRACT,
        recomputed=True,
    ),
    Work(
        "Komisarenko & Kull, ECAI 2024, arXiv:2408.11598",
        "Focal loss is a proper loss of predictions that a map has made more confident: "
        "underconfident on training data, and therefore often better on new data.",
        ReadAs.ABSTRACT,
    ),
    Work(
        "Mukhoti et al., NeurIPS 2020, arXiv:2002.09437",
        "Focal loss bounds divergence minus γ times entropy from above, so it favours less "
        "confident predictions; with a suitable γ, networks are better calibrated.",
        ReadAs.ABSTRACT_AND_CODE,
        recomputed=True,
    ),
    Work(
        "Shah et al. 2026, arXiv:2603.02533",
        "With many classes, tiny probabilities can be pushed down rather than up.",
        ReadAs.ABSTRACT,
        recomputed=True,
    ),
    Work(
        "Shrivastava et al., CVPR 2016 (OHEM)",
        "Keep the examples of the largest loss and give all others weight 0.",
        ReadAs.TEXT,
    ),
    Work(
        "Li et al., AAAI 2019 (GHM)",
        "Weight an example by how rare its gradient is, so many very hard ones count less, too.",
        ReadAs.ABSTRACT_AND_CODE,
    ),
    Work(
        "Cui et al., CVPR 2019",
        "Weight a class by its effective number of examples instead of its frequency.",
        ReadAs.ABSTRACT,
    ),
    Work(
        "Cao et al., NeurIPS 2019 (LDAM)",
        "Give a class a margin of one over the fourth root of its count: more for rare ones.",
        ReadAs.CODE,
    ),
    Work(
        "Menon et al., ICLR 2021",
        "Shift logits by the log of the class frequency: consistent for the balanced error.",
        ReadAs.ABSTRACT,
        recomputed=True,
    ),
    Work(
        "Li et al., CVPR 2022 (Equalized Focal Loss)",
        "Give each class its own γ, larger for rare ones.",
        ReadAs.CODE,
    ),
    Work(
        "Ridnik et al., ICCV 2021 (ASL)",
        "Several labels at once: a larger γ for classes that are absent, and no loss for them "
        "below a small score.",
        ReadAs.CODE,
    ),
    Work(
        "Li et al., NeurIPS 2020 (Quality Focal Loss)",
        "For soft targets: cross entropy times the power of the gap between score and quality.",
        ReadAs.CODE,
    ),
    Work(
        "Zhang et al., CVPR 2021 (Varifocal Loss)",
        "Weight objects by their overlap, and down-weight background alone.",
        ReadAs.CODE,
    ),
    Work(
        "Leng et al., ICLR 2022 (PolyLoss)",
        "Focal loss is a power series in 1 − p_t; its first term can be changed on its own.",
        ReadAs.ABSTRACT,
        recomputed=True,
    ),
    Work(
        "Tao et al., ICML 2023 (Dual Focal Loss)",
        "The factor also takes the probability of the second most probable class.",
        ReadAs.ABSTRACT_AND_CODE,
    ),
    Work(
        "Ma et al., ICML 2020",
        "Divided by its sum over all classes, focal loss withstands wrong labels but underfits.",
        ReadAs.ABSTRACT_AND_CODE,
    ),
    Work(
        "Abraham & Khan 2019 (Focal Tversky)",
        "For regions: a power of 1 − Tversky index. Unlike focal loss, its gradient grows near "
        "the end.",
        ReadAs.CODE,
        recomputed=True,
    ),
    Work(
        "Berman et al., CVPR 2018 (Lovász-Softmax)",
        "A smooth replacement for the overlap of regions, without weights for examples.",
        ReadAs.ABSTRACT,
    ),
    Work(
        "Chen et al. 2019, arXiv:1909.04868",
        "Cross entropy with a fitting prior and a scaled loss reaches RetinaNet’s AP without focal "
        "loss.",
        ReadAs.CODE,
    ),
    Work(
        "Redmon & Farhadi 2018 (YOLOv3), arXiv:1804.02767",
        "In YOLOv3 focal loss lowered AP by about 2 points; the authors are not sure why.",
        ReadAs.TEXT,
    ),
    Work(
        "dmlc/xgboost, issue 10105",
        "XGBoost clips negative second derivatives, so a loss that is not convex may fit badly. As "
        "a function of the logit focal loss is such a loss.",
        ReadAs.THREAD,
        recomputed=True,
    ),
)
