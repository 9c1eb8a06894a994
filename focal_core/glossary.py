"""The terms of the field, in our words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term and what it means.

    also: other names to find it by. page: where in the app it can be seen, by its name in the
    address; None where no page shows it.
    """

    name: str
    meaning: str
    page: str | None = None
    also: tuple[str, ...] = ()


def search(wanted: str, terms: Sequence[Term] | None = None) -> tuple[Term, ...]:
    """Terms that hold every word wanted, in any case; those named so come first.

    Nothing wanted: all of them. terms: the glossary in another language; None for English.
    """
    words = wanted.casefold().split()
    found = [
        term
        for term in (GLOSSARY if terms is None else terms)
        if all(word in _text(term) for word in words)
    ]
    return tuple(sorted(found, key=lambda term: not all(word in _names(term) for word in words)))


def _names(term: Term) -> str:
    return " ".join((term.name, *term.also)).casefold()


def _text(term: Term) -> str:
    return f"{_names(term)} {term.meaning.casefold()}"


_TERMS = (
    Term(
        "anchor",
        "A reference box at a location of the image. The detector says what is in it and how to "
        "move its sides. RetinaNet has nine at each location.",
        "anchors",
        ("default box", "prior box"),
    ),
    Term(
        "AP",
        "Average precision: the area under the curve of precision against recall, in percent. COCO "
        "averages it over ten overlaps from 0.5 to 0.95, and over classes; the app’s own detector "
        "is scored at 0.5.",
        "reference",
        ("average precision", "mAP"),
    ),
    Term(
        "AP50, AP75",
        "AP that counts a box as found where it overlaps the object by 0.5, or by 0.75.",
        "reference",
    ),
    Term(
        "ASL",
        "Asymmetric loss: focal loss with a larger γ for negatives; the easiest of them have no "
        "loss at all (Ridnik et al. 2021).",
        "rivals",
    ),
    Term(
        "assignment",
        "What an anchor is trained as: an object from an overlap (IoU) of 0.5, background below "
        "0.4; between the two it is ignored.",
        "anchors",
        ("matching",),
    ),
    Term(
        "background",
        "All that is no object. A background anchor is a negative example: its correct answer is "
        "“no object”.",
        "easy_negatives",
        ("negative",),
    ),
    Term(
        "bootstrapping",
        "In detection: train, collect the false positives, add them to the training set, repeat.",
        "rivals",
        ("hard negative mining",),
    ),
    Term(
        "class-balanced weight",
        "A weight for each class that grows with its rarity, but less than inverse frequency: by "
        "the effective number of examples (Cui et al. 2019).",
        "rivals",
        ("effective number",),
    ),
    Term(
        "box regression",
        "Moving and stretching an anchor so that it fits its object. Its loss is added to that of "
        "classification.",
        also=("localisation",),
    ),
    Term(
        "class imbalance",
        "Some classes have far more examples than others; in a detector, background about a "
        "thousand times as many as objects.",
        "start",
    ),
    Term(
        "class weight α_t",
        "A constant by which the loss is multiplied: α for an object, 1 − α for background. It "
        "sees the class and nothing else.",
        "class_weights",
        ("alpha", "α"),
    ),
    Term(
        "classification-calibrated",
        "Said of a loss whose best possible prediction ranks the most probable class first, even "
        "if its numbers are no probabilities. Focal loss is.",
        "calibration",
    ),
    Term(
        "confidence",
        "The probability that a model gives to the class it chooses.",
        "calibration",
        ("score",),
    ),
    Term(
        "cross entropy",
        "Minus the logarithm of p_t. Never zero, so many easy examples add up.",
        "curve",
        ("CE", "log loss", "negative log-likelihood"),
    ),
    Term(
        "decision threshold",
        "The predicted probability from which an example is taken for an object, usually 0.5. α "
        "changes which true probability lies behind it.",
        "class_weights",
        ("threshold",),
    ),
    Term(
        "detach",
        "To stop the gradient: the value counts, its derivative does not. Detaching the factor "
        "changes which model is best.",
        also=("stop gradient",),
    ),
    Term(
        "down-weighting",
        "Letting an example count less. Focal loss does it by difficulty, α by class.",
        "easy_negatives",
    ),
    Term(
        "easy example",
        "An example to whose true class the model already gives a probability (p_t) near 1.",
        "easy_negatives",
        ("well-classified",),
    ),
    Term(
        "ECE",
        "Expected calibration error: sort predictions into bins by confidence, and average the "
        "gap between confidence and the part that is right.",
        "calibration",
        ("calibration",),
    ),
    Term(
        "FL*",
        "The paper’s other loss: cross entropy of the logit stretched by γ and shifted by β, "
        "divided by γ. Nearly the same AP.",
        "gradient",
        ("FL star",),
    ),
    Term(
        "focal loss",
        "Cross entropy times the modulating factor, often with a class weight.",
        "curve",
        ("FL",),
    ),
    Term(
        "focusing parameter γ",
        "How strongly easy examples are down-weighted. 0 is cross entropy; the paper uses 2.",
        "curve",
        ("gamma",),
    ),
    Term(
        "foreground",
        "Anchors that are assigned to an object: the positive examples.",
        "anchors",
        ("positive",),
    ),
    Term(
        "FPN",
        "Feature pyramid network: features of one image at several sizes, so that small and large "
        "objects each find a level that fits.",
        "anchors",
        ("feature pyramid",),
    ),
    Term(
        "gradient",
        "The derivative of the loss; here with respect to the logit x. Backpropagation turns it "
        "into changes of the weights.",
        "gradient",
        ("slope", "derivative"),
    ),
    Term(
        "GHM",
        "Gradient harmonising mechanism: examples count less where many have a gradient of the "
        "same size (Li et al. 2019).",
        "rivals",
        ("GHM-C",),
    ),
    Term(
        "hard example",
        "An example to whose true class the model gives a low probability (p_t).",
        "easy_negatives",
    ),
    Term(
        "hard negative",
        "Background to which the model gives a high probability of an object.",
        "easy_negatives",
    ),
    Term(
        "Hessian",
        "The second derivative; with respect to one logit, the curvature. Focal loss has a "
        "negative one where p_t is tiny, so it is not convex as a function of the logit.",
        "gradient",
        ("curvature",),
    ),
    Term(
        "ignored anchor",
        "One whose best overlap (IoU) with an object is from 0.4 to below 0.5. It is neither "
        "object nor background, and is left out of the loss.",
        "anchors",
    ),
    Term(
        "IoU",
        "Intersection over union: the overlap of two boxes divided by all they cover; 0 to 1.",
        "anchors",
        ("overlap", "Jaccard"),
    ),
    Term(
        "label smoothing",
        "A target that gives a little to the wrong classes, so that no prediction must be certain.",
    ),
    Term(
        "location",
        "A point of the image at which a detector has one or more anchors.",
        "anchors",
    ),
    Term(
        "logit",
        "The real number that goes into the sigmoid or the softmax, before it is a probability.",
        "many_classes",
        ("log-odds",),
    ),
    Term(
        "logit adjustment",
        "Adding the logarithm of each class’s frequency to its logit in training, so that rare "
        "classes are not left out (Menon et al. 2021).",
        "rivals",
    ),
    Term(
        "long tail",
        "A few frequent classes and a great many rare ones.",
    ),
    Term(
        "loss",
        "A number for how wrong a prediction is. Training changes the model so that the sum over "
        "all examples falls.",
        "start",
    ),
    Term(
        "minival, test-dev",
        "Two parts of COCO: 5,000 images with public labels, and images that a server scores. "
        "Their numbers do not compare.",
        "reference",
        ("split", "COCO"),
    ),
    Term(
        "modulating factor",
        "1 − p_t, to the power of γ. What focal loss multiplies cross entropy by.",
        "curve",
    ),
    Term(
        "multi-label",
        "Several classes may be true for one example, so each has its own sigmoid.",
        "many_classes",
    ),
    Term(
        "nat",
        "The unit of a loss with natural logarithms: −ln 0.5 is 0.693 nats.",
        "curve",
        ("nats",),
    ),
    Term(
        "NMS",
        "Non-maximum suppression: of boxes that overlap much, keep the one that scores highest.",
    ),
    Term(
        "normaliser",
        "What the summed loss is divided by. In the paper, the number of anchors that were "
        "assigned to an object.",
        "first_step",
        ("divisor",),
    ),
    Term(
        "OHEM",
        "Online hard example mining: in each step keep the examples of the largest loss and drop "
        "the rest.",
        "rivals",
        ("mining",),
    ),
    Term(
        "one-hot",
        "A vector with a single 1, at the true class.",
        "many_classes",
    ),
    Term(
        "one-stage detector",
        "Classifies a dense grid of anchors directly, so nearly all its examples are background.",
        also=("YOLO", "SSD", "RetinaNet"),
    ),
    Term(
        "p_t",
        "The probability that the model gives to the true class: p for an object, 1 − p for "
        "background.",
        "curve",
    ),
    Term(
        "posterior η",
        "The true probability of an object, given what is seen.",
        "calibration",
        ("eta",),
    ),
    Term(
        "precision, recall",
        "Precision: which part of the reported boxes is right. Recall: which part of the objects "
        "was found.",
    ),
    Term(
        "prior π",
        "The probability of an object that an untrained model predicts for every anchor; the bias "
        "of its last layer sets it. The paper uses 0.01.",
        "first_step",
        ("prior", "pi", "bias"),
    ),
    Term(
        "proper loss",
        "Said of a loss for which the true probability is a best prediction; strictly proper, if "
        "it is the only one. Cross entropy is, focal loss is not.",
        "calibration",
        ("strictly proper",),
    ),
    Term(
        "recalibration",
        "Turning predictions into probabilities after training: for focal loss by an exact "
        "formula, or nearly by one temperature.",
        "calibration",
        ("inverse map",),
    ),
    Term(
        "RetinaNet",
        "The paper’s detector: a ResNet, a feature pyramid, and two small heads trained with focal "
        "loss and smooth L1.",
        "reference",
    ),
    Term(
        "robust loss",
        "One that limits the effect of outliers, that is, of very hard examples. Focal loss does "
        "the opposite: it down-weights what fits.",
        also=("Huber",),
    ),
    Term(
        "scenario",
        "A set of scores that the app sums the loss over, such as Easy background. Most are "
        "thought experiments; some are the outputs of a trained detector.",
        "easy_negatives",
        ("population",),
    ),
    Term(
        "seed",
        "The number that a training run draws its random numbers from. Runs with other seeds show "
        "how much a result varies by chance.",
        "train",
    ),
    Term(
        "share of the loss",
        "The part of the summed loss that a group of examples makes up.",
        "start",
    ),
    Term(
        "sigmoid",
        "Turns one logit x into a probability, 1/(1 + e^−x).",
        "many_classes",
    ),
    Term(
        "smooth L1",
        "The loss of box positions in RetinaNet, added to focal loss: quadratic near 0, then "
        "linear.",
    ),
    Term(
        "softmax",
        "Turns several logits into probabilities that sum to 1, as one class is true. It learns "
        "background only if that is a class of its own.",
        "many_classes",
    ),
    Term(
        "temperature scaling",
        "Dividing all logits by one number T, chosen on held-out data, against over- or "
        "underconfidence; T below 1 makes predictions more confident.",
        "calibration",
    ),
    Term(
        "two-stage detector",
        "Proposes a thousand or two boxes first and classifies those; most background is gone "
        "before.",
        also=("R-CNN", "proposals"),
    ),
    Term(
        "validation set, test set",
        "Images that are not trained on: settings are chosen on the first, and the result is "
        "measured on the second.",
        "train",
        ("held-out data",),
    ),
)
GLOSSARY = tuple(sorted(_TERMS, key=lambda term: term.name.casefold()))
