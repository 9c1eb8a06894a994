"""Your own scores: what a visitor brings is read, chosen from, shown, and never obeyed."""

import contextlib
import csv
import io
import math
import re

import numpy as np
import pytest

from focal_core.binary import FocalLoss
from focal_core.scores import example, share_of_loss
from focal_ui.controls import knobs
from focal_ui.learning import snippets
from focal_ui.own_scores import brought as inbox
from focal_ui.own_scores import upload as own_scores
from focal_ui.own_scores.pictures import HARDEST_LINES
from focal_ui.stage import card
from pages.try_it import scores
from tests.helpers import failed, headline, pictures, words

GOOD = "p,y\n0.9,1\n0.2,0\n0.3,0\n"
EVIL = ["![](http://x/y.png)", "=1+1", "[x](http://x/)", "<img src=http://x/y.png>", "$x$ :red[x]"]
VIEWS = knobs.OWN_SCORES.options


@pytest.fixture
def bring(open_page):
    """Paste text on a page of its own, or on one that is given."""

    def paste(text, visit=None, **query):
        visit = visit or open_page(scores, opened=["inbox"], **query)
        visit.text_area(key=own_scores.PASTE).set_value(text)
        next(b for b in visit.button if b.label == "Read the text").click().run()
        return visit

    return paste


@pytest.fixture
def upload(open_page):
    def send(content, name="scores.csv", visit=None):
        visit = visit or open_page(scores, opened=["inbox"])
        files = content if isinstance(content, list) else [(name, content)]
        sent = [(name, content, "text/csv") for name, content in files]
        return visit.file_uploader[0].set_value(sent).run()

    return send


def brought(visit):
    return visit.session_state[own_scores.SHOWN]


def choices(visit):
    return {box.label: box for box in visit.main.selectbox}


def shown_as(visit):
    return next(b.value for b in visit.markdown if b.value.startswith("Shown: "))


def test_without_scores_of_ones_own_the_page_shows_the_example(open_page):
    visit = open_page(scores)
    assert "Background rows: 4,000, object rows: 40" in shown_as(visit)
    assert headline(visit).endswith("of the example’s loss")
    assert not failed(visit)


def test_the_page_says_that_nothing_is_stored(open_page):
    assert "Nothing is stored or logged" in words(open_page(scores, opened=["inbox"]))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("weighted", ["off", "on"])
def test_every_view_follows_gamma_and_alpha(view, weighted, open_page):
    for gamma, alpha in [("0", "0"), ("2", "0.25"), ("5", "1")]:
        visit = open_page(scores, own=view, gamma=gamma, weighted=weighted, alpha=alpha)
        assert not failed(visit)
        drawn = "".join(pictures(visit)["own_figure"]["svg"])
        assert not re.search(r"None|\bnan\b|\binf\b|NaN", words(visit) + drawn)


@pytest.mark.parametrize("own", [GOOD, GOOD.replace(",", ";"), GOOD.replace(",", "\t")])
def test_pasted_scores_are_shown_at_once(own, bring):
    visit = bring(own, gamma="0")
    assert not failed(visit)
    assert "pasted text. Background rows: 2, object rows: 1" in shown_as(visit)
    background, objects = -math.log(0.8) - math.log(0.7), -math.log(0.9)
    share = background / (background + objects)
    assert (
        headline(visit) == f"At γ = 0, background makes up {100 * share:.1f}% of your scores’ loss"
    )


def test_an_uploaded_file_is_shown_and_let_go(upload):
    visit = upload(GOOD.encode("utf-16"))
    assert "`scores.csv`" in shown_as(visit)
    assert "Background rows: 2, object rows: 1" in shown_as(visit)
    assert not visit.file_uploader[0].value


def test_what_stays_in_the_session_is_arrays(bring):
    kept = brought(bring(GOOD)).shown
    assert kept.logits.dtype == np.float32
    assert kept.logits.size == 3


def test_the_text_is_let_go_once_it_is_read(bring):
    assert not bring(GOOD).text_area(key=own_scores.PASTE).value


BAD = {
    "empty": ("", "empty"),
    "header only": ("p,y\n", "line 1"),
    "one column": ("p\n0.1\n", "There is one column, p"),
    "two of a name": ("p,p\n0.1,1\n", "Columns 1 and 2 have the same name, p"),
    "ragged": ("p,y\n0.1,1,3\n", "Line 2 has 3 cells"),
    "NUL": ("p,y\n0.1,\0\n", "Line 2 holds a NUL"),
}


@pytest.mark.parametrize(("text", "why"), BAD.values(), ids=BAD)
def test_a_bad_text_is_named_and_what_was_there_stays(text, why, bring):
    visit = bring(GOOD)
    before = brought(visit).shown
    bring(text, visit)
    (error,) = visit.error
    assert why in error.value.replace("`", "")
    assert "what was there before" in error.value
    assert brought(visit).shown is before
    assert "Background rows: 2" in shown_as(visit)
    bring(GOOD, visit)
    assert not visit.error


def test_a_bad_text_can_be_mended(bring):
    visit = bring("p,y\n0.1,1,3\n")
    assert visit.text_area(key=own_scores.PASTE).value == "p,y\n0.1,1,3\n"
    assert "the example" in shown_as(visit)


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08\x00", b"0" * (6 * 2**20), b"p,y\n0.1,\x81"])
def test_a_bad_file_is_named_and_what_was_there_stays(content, upload):
    visit = upload(GOOD.encode())
    upload(content, visit=visit)
    assert len(visit.error) == 1
    assert "Background rows: 2" in shown_as(visit)


def test_another_column_can_be_chosen(bring):
    visit = bring("id,p,q,y\n7,0.9,0.8,1\n8,0.2,0.3,0\n")
    assert choices(visit)["Column with the labels"].value == 3
    choices(visit)["Column with the scores"].set_value(2).run()
    assert not failed(visit)
    assert brought(visit).shown.probabilities == pytest.approx([0.8, 0.3], rel=1e-6)


def test_a_column_that_does_not_fit_is_named_and_what_was_there_stays(bring):
    visit = bring(GOOD)
    choices(visit)["Column with the scores"].set_value(1).run()
    assert "Column `y` cannot be score and label at once." in visit.error[0].value
    assert "Background rows: 2" in shown_as(visit)


def test_probabilities_can_be_called_logits(bring):
    visit = bring(GOOD)
    kind = next(c for c in visit.segmented_control if c.label == "A score is a")
    kind.set_value("logit").run()
    assert not failed(visit)
    assert brought(visit).shown.logits == pytest.approx([0.9, 0.2, 0.3])


def test_other_labels_than_0_and_1_are_asked_about(bring):
    visit = bring("p,y\n0.9,cat\n0.2,none\n0.3,none\n")
    assert "the example" in shown_as(visit)
    ask = choices(visit)["Which label is the object? All others are background"]
    assert (ask.value, ask.options) == (None, ["cat", "none"])
    ask.set_value("cat").run()
    assert "Background rows: 2, object rows: 1" in shown_as(visit)


def test_lines_that_cannot_be_used_are_counted_and_dropped_only_if_asked(bring):
    visit = bring("p,y\n0.9,1\n0.2,0\n1.2,0\n,0\nnan,1\n0.3,0\n-1e308,0\n7,0\n0.1,\n")
    (warning,) = visit.warning
    assert (
        "6 of 9 rows cannot be used (no score: 1, score is not a single number: 1, score outside 0 "
        "to 1: 3, no label, or one that is left out: 1)" in warning.value
    )
    assert (
        "row 4 (score outside 0 to 1), row 5 (no score), row 6 (score is not a single number)"
        in warning.value
    )
    assert "row 8" in warning.value
    assert "row 10" not in warning.value
    assert "the example" in shown_as(visit)
    next(t for t in visit.toggle if "Drop these rows" in t.label).set_value(True).run()
    assert "pasted text. Background rows: 2, object rows: 1" in shown_as(visit)


def test_exact_zero_and_one_are_shown_and_said(bring):
    visit = bring("p,y\n0,1\n1,1\n0.2,0\n")
    assert "Scores too close to certain to be shown: 2 of 3" in words(visit)
    assert "Background rows: 1, object rows: 2" in shown_as(visit)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("weight", [{}, {"weighted": "on", "alpha": "0"}])
def test_one_class_alone_has_totals_and_no_share(target, view, weight, bring):
    visit = bring(f"p,y\n0.9,{target}\n0.2,{target}\n", own=view, **weight)
    assert not failed(visit)
    assert headline(visit) == "At γ = 2, background’s share of the loss is not defined"
    assert len(pictures(visit)) == 1


def test_the_way_back_to_the_example(bring):
    visit = bring(GOOD)
    visit.button(key="back_to_example").click().run()
    assert "the example" in shown_as(visit)
    assert not choices(visit)


def test_a_move_of_gamma_keeps_scores_and_choices(bring):
    visit = bring("id,p,q,y\n7,0.9,0.1,1\n8,0.2,0.2,0\n")
    choices(visit)["Column with the scores"].set_value(2).run()
    before = brought(visit).shown
    visit.slider(key="gamma").set_value(1.0).run()
    assert brought(visit).shown is before
    assert headline(visit).startswith("At γ = 1,")


@pytest.mark.parametrize("evil", EVIL)
def test_a_visitors_words_never_become_markdown(evil, bring, upload):
    texts = [
        f'"{evil}",y\n0.9,1\n0.2,0\n',
        f'p,"{evil}","{evil}"\n0.9,1,1\n',
        f'p,"{evil}"\n0.9,"{evil}"\n0.2,none\n',
        f'"{evil}","{evil} "\n{evil},1\n',
        f'"{evil}"\n1\n',
    ]
    visits = [bring(text) for text in texts]
    visits.append(upload(GOOD.encode(), name=f"{evil}.csv"))
    visits.append(upload(b"p,y\n", name=f"{evil}.csv"))
    for visit in visits:
        blocks = (*visit.markdown, *visit.caption, *visit.error, *visit.warning, *visit.info)
        alive = [re.sub(r"`[^`]*`", "", block.value) for block in (*blocks, *visit.title)]
        assert not any(evil in text for text in alive)
        assert not any(evil in widget.label for widget in (*visit.selectbox, *visit.toggle))
        assert not any(evil in "".join(drawn["svg"]) for drawn in pictures(visit).values())


def test_nothing_of_a_visitor_is_logged(bring, caplog):
    with caplog.at_level(0):
        bring("secret_column,y\n0.12345,1\n0.2,0\nsecret_cell,0\n")
    assert "secret" not in caplog.text
    assert "12345" not in caplog.text


def test_the_hardest_lines_stand_in_an_open_table(open_page, shown):
    visit = open_page(scores, own=knobs.HARDEST_LINES)
    (table,) = visit.table
    lines = example()
    hardest = lines.lines[lines.hardest(FocalLoss(2.0), HARDEST_LINES)]
    assert [int(line) for line in table.value["row"]] == hardest.tolist()
    assert shown.exhibits[-1].table["row"] == hardest.tolist()


@pytest.mark.parametrize("alpha", [None, 0.25])
def test_the_code_reads_the_download_and_prints_the_pages_number(
    alpha, bring, tmp_path, monkeypatch
):
    loss = FocalLoss(2.0, alpha)
    kept = brought(bring(GOOD)).shown
    share = share_of_loss(kept.population(), loss)
    made = snippets.own_scores(loss, share, example=False)
    (tmp_path / "loss_by_line.csv").write_text(card.as_csv(kept.by_line(loss)))
    monkeypatch.chdir(tmp_path)
    for name in (snippets.SCRATCH, snippets.NUMPY, snippets.TORCH):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(made.programs[name], "snippet", "exec"), {})
        assert out.getvalue() == f"{made.result}\n"


def test_the_download_is_one_row_a_line_with_numbers_alone(bring):
    kept = brought(bring("p,y\n0.9,1\n\n0.2,0\n")).shown
    _heading, *rows = csv.reader(io.StringIO(card.as_csv(kept.by_line(FocalLoss(2.0)))))
    assert [row[0] for row in rows] == ["2", "4"]
    assert np.isfinite(np.array(rows, dtype=float)).all()


@pytest.mark.parametrize("step", ["read_files", "read_scores"])
def test_a_table_that_the_memory_cannot_hold_is_refused_in_words_and_the_rest_stays(
    step, bring, monkeypatch
):
    def too_large(*_args):
        raise MemoryError

    visit = bring(GOOD)
    before = shown_as(visit)
    monkeypatch.setattr(inbox, step, too_large)
    bring("p,y\n0.5,1\n0.6,0\n", visit)
    assert not visit.exception
    assert any(inbox.NO_MEMORY in error.value for error in visit.error)
    assert shown_as(visit) == before


def test_a_file_that_is_too_large_is_refused_with_its_reason(upload):
    visit = upload(b"p,y\n" + b"0.1,1\n" * 1_300_000, "large.csv")
    assert "large.csv` could not be read. This has 7.4 MB; at most 5 MB" in visit.error[0].value
    assert visit.file_uploader[0].proto.max_upload_size_mb > 7.4  # else the browser refuses it


def how_read(visit):
    (caption,) = [c.value for c in visit.caption if c.value.startswith("Score: ")]
    return caption


def test_the_page_says_how_the_first_rows_were_read_and_one_click_leads_to_the_choice(bring):
    visit = bring("id,p,y\n892,0.9,1\n17,0.2,0\n400,0.3,0\n2,0.4,0\n")
    assert not visit.expander[0].proto.expanded
    assert how_read(visit) == (
        "Score: column `p`, read as the probability of an object. Label: column `y`; objects are "
        "the rows with `1`. First rows: row 2: p = 0.9, object; row 3: p = 0.2, background; row 4: "
        "p = 0.3, background."
    )
    visit.button(key="change_reading").click().run()
    assert visit.session_state[own_scores.DRAWER]
    kind = next(c for c in visit.segmented_control if c.label == "A score is a")
    kind.set_value("logit").run()
    assert "read as the logit of an object" in how_read(visit)
    assert "row 2: p = 0.711, object" in how_read(visit)


def test_what_was_assumed_stays_in_view(bring):
    assert "The first line is no heading" in how_read(bring("0.9,1\n0.2,0\n"))


def test_the_example_needs_no_word_about_its_reading(open_page):
    assert not any(b.key == "change_reading" for b in open_page(scores).button)


def test_between_two_likely_scores_the_visitor_is_asked_before_anything_is_computed(bring):
    visit = bring("a,b,y\n0.9,0.1,1\n0.2,0.8,0\n0.3,0.7,0\n")
    assert "the example" in shown_as(visit)
    assert "It is not clear which column holds the score of the object." in visit.info[0].value
    choices(visit)["Column with the scores"].set_value(0).run()
    assert not visit.info
    assert "Background rows: 2, object rows: 1" in shown_as(visit)


def test_between_two_likely_labels_the_visitor_is_asked(bring):
    visit = bring("t_cat,t_dog,s_cat,s_dog\n1,0,0.9,0.3\n0,1,0.2,0.8\n0,0,0.4,0.5\n")
    assert "the example" in shown_as(visit)
    choices(visit)["Column with the labels"].set_value(1).run()
    assert choices(visit)["Column with the scores"].value == 3
    assert brought(visit).shown.targets.tolist() == [False, True, False]


def test_what_a_score_is_is_asked_where_it_is_not_clear(bring):
    visit = bring("z,y\n2.5,1\n1.2,0\n3.4,0\n")
    assert "It is not clear what a score is" in visit.info[0].value
    next(c for c in visit.segmented_control if c.label == "A score is a").set_value("logit").run()
    assert brought(visit).shown.logits == pytest.approx([2.5, 1.2, 3.4])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("p,y\n" + "0.1,1\n0.8,0\n" * 3, "score **lower** than background"),
        ("y_true,y_pred\n1,1\n0,0\n1,0\n", "decisions"),
        ("y,pred,conf\n1,1,0.9\n0,0,0.8\n0,0,0.7\n", "another class was predicted"),
        ("p,y\n" + "0.9,1\n0.6,0\n" * 10, "No score is below one half"),
    ],
)
def test_a_doubtful_reading_is_shown_only_if_the_visitor_says_so(text, why, bring):
    visit = bring(text)
    assert why in visit.warning[0].value
    assert "the example" in shown_as(visit)
    next(t for t in visit.toggle if t.label == "This is right, show it").set_value(True).run()
    assert "pasted text" in shown_as(visit)


def test_a_label_can_be_left_out(bring):
    visit = bring("p,y\n0.9,cat\n0.2,dog\n0.4,ignore\n0.3,dog\n")
    choices(visit)["Which label is the object? All others are background"].set_value("cat").run()
    (left_out,) = visit.multiselect
    assert left_out.value == ["ignore"]
    assert "1 of 4 rows cannot be used (no label, or one that is left out: 1)" in (
        visit.warning[0].value
    )
    left_out.set_value([]).run()
    assert brought(visit).shown.background == 3


def test_another_label_can_be_named_the_object_where_labels_speak_for_themselves(bring):
    visit = bring("p,y\n0.9,0\n0.2,1\n0.8,0\n0.1,1\n")
    choices(visit)["Which label is the object? All others are background"].set_value("0").run()
    assert brought(visit).shown.targets.tolist() == [True, False, True, False]


RESULTS = (
    '[{"image_id": 1, "category_id": 1, "bbox": [0, 0, 10, 10], "score": 0.9},'
    '{"image_id": 1, "category_id": 1, "bbox": [50, 0, 10, 10], "score": 0.4}]'
)
ANNOTATIONS = (
    '{"images": [{"id": 1}], "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 0, 10,'
    ' 10]}, {"image_id": 1, "category_id": 1, "bbox": [80, 0, 10, 10]}]}'
)


def test_coco_results_and_annotations_are_matched_and_missed_objects_told(upload):
    visit = upload([("results.json", RESULTS.encode()), ("instances.json", ANNOTATIONS.encode())])
    assert not failed(visit)
    assert "`results.json` and 1 more" in shown_as(visit)
    assert brought(visit).shown.targets.tolist() == [True, False]
    assert "Labelled objects that no box found: 1 of 2" in how_read(visit)
    assert "IoU ≥ 0.5" in how_read(visit)


def test_the_other_half_of_coco_is_asked_for_and_may_come_later(upload):
    visit = upload(RESULTS.encode(), "results.json")
    assert "These are COCO results: they have scores, but no labels" in visit.info[0].value
    assert "the example" in shown_as(visit)
    upload(ANNOTATIONS.encode(), "instances.json", visit)
    assert brought(visit).shown.targets.tolist() == [True, False]
    assert not visit.info


def test_yolos_text_files_are_matched(upload):
    visit = upload(
        [
            ("a.txt", b"0 0.5 0.5 0.2 0.2 0.9\n0 0.1 0.1 0.1 0.1 0.2\n"),
            ("a.txt", b"0 0.51 0.5 0.2 0.2\n"),
        ]
    )
    assert brought(visit).shown.targets.tolist() == [True, False]


def test_a_bad_file_among_several_is_named(upload):
    visit = upload([("good.txt", b"0 0.5 0.5 0.2 0.2 0.9\n"), ("bad`.txt", b"\0")])
    assert "`bad .txt` could not be read." in visit.error[0].value
