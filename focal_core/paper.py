"""What the focal-loss paper says, as data with the place where it says it."""

from dataclasses import dataclass

PAPER = (
    "T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár: Focal Loss for Dense Object Detection, "
    "ICCV 2017, arXiv:1708.02002"
)
PROPERNESS = (
    "N. Charoenphakdee, J. Vongkulbhisal, N. Chairatanakul, M. Sugiyama: On Focal Loss for "
    "Class-Posterior Probability Estimation, CVPR 2021, arXiv:2011.09172"
)


@dataclass(frozen=True)
class Quoted:
    """A number that the paper states, and where."""

    value: float
    where: str


LOCATIONS = Quoted(100_000, "Lin et al. 2017, §1 and §4.1")
GAMMA = Quoted(2.0, "Lin et al. 2017, §4.1 and Table 1b")
ALPHA = Quoted(0.25, "Lin et al. 2017, §4.1 and Table 1b")
EASY_REDUCTION = Quoted(100.0, "Lin et al. 2017, §3.2: at p_t = 0.9 and γ = 2")
WELL_CLASSIFIED = Quoted(0.5, "Lin et al. 2017, Figure 1: p_t above 0.5")
CURVES = (0.0, 0.5, 1.0, 2.0, 5.0)  # the gammas of Figure 1
PRIOR = Quoted(0.01, "Lin et al. 2017, §3.3 and §4.1")
NORMALISER_SOURCE = "Lin et al. 2017, §4.1"
STAR = (2.0, 1.0)  # gamma, beta
STAR_SOURCE = "Lin et al. 2017, appendix A and Table 3"
