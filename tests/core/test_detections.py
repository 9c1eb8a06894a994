"""Boxes of COCO and YOLO: matched with what was labelled as pycocotools does it, at IoU 0.5."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focal_core import detections
from focal_core.boxes import Boxes, matched
from focal_core.detections import WantsMoreError, labelled
from focal_core.files import read_files
from focal_core.likely import Kind, guess_reading
from focal_core.received import UnreadableError
from focal_core.scores import read_scores


def result(score, x=0, image=1, category=3, side=10):
    return {
        "image_id": image, "category_id": category, "bbox": [x, 0, side, side], "score": score
    }  # fmt: skip


def annotation(x=0, image=1, category=3, side=10, crowd=0):
    return {
        "id": x, "image_id": image, "category_id": category, "bbox": [x, 0, side, side],
        "iscrowd": crowd,
    }  # fmt: skip


def coco(results, annotations, images=(1, 2)):
    truth = {"images": [{"id": each} for each in images], "annotations": annotations}
    return [
        ("results.json", json.dumps(results)), ("instances.json", json.dumps(truth).encode())
    ]  # fmt: skip


def read(files):
    parts = read_files(files)
    assert isinstance(parts, tuple)
    return labelled(parts)


def scores_of(table):
    guess = guess_reading(table)
    assert not guess.unsure
    assert guess.reading.kind is Kind.PROBABILITY
    return read_scores(table, guess.reading)


def told(table):
    return {note.sentence: note.facts for note in table.notes}


def test_a_box_that_overlaps_an_object_by_half_found_it_and_each_object_is_found_once():
    table = read(coco([result(0.6, 1), result(0.9, 2), result(0.3, 50)], [annotation(0)]))
    scores = scores_of(table)
    assert scores.probabilities == pytest.approx([0.6, 0.9, 0.3], abs=1e-6)
    assert scores.targets.tolist() == [False, True, False]  # the surer box chose first
    assert told(table)[detections.MISSED] == {"missed": 0, "labelled": 1}


@pytest.mark.parametrize(("shift", "found"), [(3.3, True), (3.4, False)])
def test_the_border_is_an_iou_of_one_half(shift, found):  # (10 - d) / (10 + d) = 1/2 at d = 10/3
    table = read(coco([result(0.5, shift)], [annotation(0)]))
    assert scores_of(table).targets.tolist() == [found]


def test_an_object_of_another_image_or_class_is_not_found():
    boxes = [result(0.9, image=2), result(0.8, category=4), result(0.7)]
    table = read(coco(boxes, [annotation(), annotation(60, category=4)]))
    assert scores_of(table).targets.tolist() == [False, False, True]
    assert told(table)[detections.MISSED] == {"missed": 1, "labelled": 2}


def test_a_box_takes_the_object_that_it_overlaps_most():
    table = read(coco([result(0.9, 1), result(0.8, 3)], [annotation(3), annotation(0)]))
    assert scores_of(table).targets.tolist() == [True, True]


def test_what_lies_in_a_crowd_is_neither_right_nor_wrong():
    crowd = annotation(0, side=100, crowd=1)
    table = read(coco([result(0.9, 20), result(0.8, 40), result(0.7, 300)], [crowd]))
    assert scores_of(table).targets.tolist() == [False]
    assert table.lines.tolist() == [3]
    assert told(table)[detections.OUTSIDE] == {"n": 2}
    assert told(table)[detections.MISSED] == {"missed": 0, "labelled": 0}


def test_a_box_of_an_image_that_nobody_labelled_is_left_out():
    table = read(coco([result(0.9), result(0.8, image=7)], [annotation()]))
    assert scores_of(table).targets.tolist() == [True]
    assert told(table)[detections.OUTSIDE] == {"n": 1}


def test_results_and_annotations_may_come_one_after_the_other():
    first, second = coco([result(0.9)], [annotation()])
    parts = read_files([first])
    with pytest.raises(WantsMoreError, match=r"COCO results.*no labels"):
        labelled(parts)
    with pytest.raises(WantsMoreError, match=r"COCO annotations.*no scores"):
        labelled(read_files([second]))
    assert labelled((*parts, *read_files([second]))).rows == 1


BAD = {
    "no box": ([{"image_id": 1, "bbox": [1, 2], "score": 1}], [annotation()], "Record 1 is no box"),
    "text": ([{"image_id": 1, "bbox": "abcd", "score": 1}], [annotation()], "Record 1 is no box"),
    "other images": ([result(0.9, image=8)], [annotation()], "No image .*: 8 is not"),
    "other classes": ([result(0.9, category=8)], [annotation()], "No class .*: 8 is not"),
    "an endless box": ([result(0.9, x=1e999)], [annotation()], "not finite|is no box"),
    "crowds alone": ([result(0.9)], [annotation(crowd=1)], "No predicted box is left"),
}


@pytest.mark.parametrize(("results", "annotations", "words"), BAD.values(), ids=BAD)
def test_boxes_that_do_not_go_together_are_refused_in_words(results, annotations, words):
    with pytest.raises(UnreadableError, match=words):
        read(coco(results, annotations))


def test_records_with_boxes_and_labels_are_a_table():
    rows = [{**result(0.9), "is_object": 1}, {**result(0.1), "is_object": 0}]
    table = read_files([("a.json", json.dumps(rows))])
    assert scores_of(table).targets.tolist() == [True, False]


def test_too_many_pairs_are_refused_before_they_are_compared():
    many = 5_000
    boxes = Boxes(
        ("a",) * many, ("0",) * many, np.zeros((many, 4)), np.zeros(many),
        np.zeros(many, dtype=bool), frozenset("a"), "COCO",
    )  # fmt: skip
    with pytest.raises(UnreadableError, match=r"25,000,000 pairs .* at most 20,000,000"):
        matched(boxes, boxes)


corner = st.integers(0, 6)
box = st.tuples(corner, corner, st.integers(1, 5), st.integers(1, 5))


@given(
    st.lists(st.tuples(box, st.sampled_from([0.1, 0.5, 0.9]), st.integers(0, 1)), max_size=8),
    st.lists(st.tuples(box, st.integers(0, 1)), max_size=6),
)
def test_matching_is_that_of_pycocotools_written_out(predicted, truth):
    boxes = _boxes([(each, image) for each, _score, image in predicted])
    labels = _boxes(truth)
    scores = np.array([score for _box, score, _image in predicted], dtype=float)
    found = matched(
        Boxes(boxes.images, boxes.classes, boxes.corners, scores, boxes.crowd, boxes.pictured, ""),
        labels,
    )
    taken, wanted = set(), [False] * len(predicted)
    for at in np.argsort(-scores, kind="stable"):
        best, iou = None, 0.5 - 1e-10
        for place, image in enumerate(labels.images):
            if image != boxes.images[at] or place in taken:
                continue
            overlap = _iou(boxes.corners[at], labels.corners[place])
            if overlap >= iou:
                best, iou = place, overlap
        if best is not None:
            taken.add(best)
            wanted[at] = True
    assert found.objects.tolist() == wanted
    assert found.missed == len(truth) - len(taken)


def _boxes(each):
    corners = np.array([(x, y, x + w, y + h) for (x, y, w, h), _image in each], dtype=float)
    n = len(each)
    return Boxes(
        tuple(str(image) for _box, image in each), ("0",) * n, corners.reshape(-1, 4), None,
        np.zeros(n, dtype=bool), frozenset("01"), "",
    )  # fmt: skip


def _iou(one, other):
    w = min(one[2], other[2]) - max(one[0], other[0])
    h = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(w, 0) * max(h, 0)
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)]
    return shared / (sum(areas) - shared)


YOLO = [
    ("pred/a.txt", "0 0.5 0.5 0.2 0.2 0.9\n0 0.1 0.1 0.1 0.1 0.3\n"),
    ("pred/b.txt", "1 0.5 0.5 0.2 0.2 0.4\n"),
    ("a.txt", "0 0.51 0.5 0.2 0.2\n1 0.9 0.9 0.1 0.1\n"),
    ("empty.txt", ""),
    ("classes.txt", "cat\ndog\n"),
]


def test_yolos_files_are_told_apart_by_their_confidence_and_matched_by_name():
    table = read(YOLO)
    scores = scores_of(table)
    assert scores.probabilities == pytest.approx([0.9, 0.3, 0.4], abs=1e-6)
    assert scores.targets.tolist() == [True, False, False]
    assert told(table)[detections.MISSED] == {"missed": 1, "labelled": 2}
    assert told(table)[detections.NO_LABEL_FILE] == {"n": 1}


def test_what_is_missing_of_yolo_is_asked_for():
    with pytest.raises(WantsMoreError, match=r"YOLO predictions.*Add the label files"):
        labelled(read_files(YOLO[:2]))
    with pytest.raises(WantsMoreError, match=r"without a confidence.*save_conf"):
        labelled(read_files(YOLO[2:]))


def test_predictions_of_other_images_are_refused():
    with pytest.raises(UnreadableError, match=r"No image of the predictions"):
        read([("x.txt", YOLO[0][1]), ("a.txt", YOLO[2][1])])


def test_coco_and_yolo_do_not_mix():
    with pytest.raises(UnreadableError, match="came together"):
        read([*YOLO, coco([result(0.9)], [])[0]])


def test_a_text_file_that_is_a_table_is_read_as_one():
    table = read_files([("scores.txt", "p y\n0.9 1\n0.2 0\n")])
    assert scores_of(table).targets.tolist() == [True, False]


def test_several_tables_are_not_taken_for_one():
    with pytest.raises(UnreadableError, match="2 files came together"):
        read_files([("a.csv", "p,y\n0.9,1\n"), ("b.csv", "p,y\n0.9,1\n")])


def test_a_bad_file_among_several_is_named():
    with pytest.raises(UnreadableError) as caught:
        read_files([YOLO[0], ("bad.txt", "\0")])
    assert caught.value.file == "bad.txt"


def test_too_much_together_is_refused():
    half = b"0 0.5 0.5 0.2 0.2\n" * 250_000
    with pytest.raises(UnreadableError, match="at most 10 MB"):
        read_files([(f"{at}.txt", half) for at in range(3)])
    with pytest.raises(UnreadableError, match="2,001 files; at most 2,000"):
        read_files([("a.txt", b"")] * 2_001)
