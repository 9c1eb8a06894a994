"""Files of the shapes that people have, each with its right reading: what is read, asked, told.

`P` are the probabilities of an object in five rows and `Y` their labels; every file of SURE holds
them and is read without a question.
"""

import json

import numpy as np
import pytest

from focal_core import columns, table
from focal_core.files import read_files
from focal_core.likely import Kind, Unsure, guess_reading
from focal_core.received import UnreadableError
from focal_core.scores import Doubt, doubt, read_scores

P = [0.93, 0.41, 0.08, 0.66, 0.27]
Y = [1, 0, 0, 1, 0]
Z = [2.5867, -0.364, -2.4423, 0.6633, -0.9946]  # their logits
IDS = [892, 17, 401, 5, 230]
ROWS = [
    {
        "p": p, "y": y, "z": z, "q": round(1 - p, 2), "hard": int(p > 0.5), "id": at, "i": i,
        "percent": round(100 * p), "comma": str(p).replace(".", ","), "tf": bool(y),
        "yes": "yes" if y else "no", "pm": 1 if y else -1, "minus": str(z).replace("-", "\u2212"),
        "class": "cat" if y else "dog",
    }
    for i, (p, y, z, at) in enumerate(zip(P, Y, Z, IDS, strict=True))
]  # fmt: skip


def rows(heading, row, between="\n"):
    lines = [row.format(**each) for each in ROWS]
    return between.join([heading, *lines] if heading else lines) + between


def records(**fields):
    return [{name: each[key] for name, key in fields.items()} for each in ROWS]


SURE = {
    # which column is the score
    "predict_proba": (rows("prob_0,prob_1,label", "{q},{p},{y}"), "prob_1", "label"),
    "predict_proba, the other way": (rows("p1,p0,y", "{p},{q},{y}"), "p1", "y"),
    "predict_proba, numbered": (rows(",0,1,y", "{i},{q},{p},{y}"), "1", "y"),
    "neg and pos": (rows("neg,pos,y", "{q},{p},{y}"), "pos", "y"),
    "P(0), P(1)": (rows("P(0);P(1);y", "{q};{p};{y}"), "P(1)", "y"),
    "a decision beside it": (rows("y_true,y_pred,y_prob", "{y},{hard},{p}"), "y_prob", "y_true"),
    "a decision first": (rows("y_pred,y_true,y_prob", "{hard},{y},{p}"), "y_prob", "y_true"),
    "y_pred is the score": (rows("y_true,y_pred", "{y},{p}"), "y_pred", "y_true"),
    "a shuffled index": (rows(",y_true,y_prob", "{id},{y},{p}"), "y_prob", "y_true"),
    "an id": (rows("id,p,y", "{id},{p},{y}"), "p", "y"),
    "an image twice": (rows("image_id,p,y", "7,{p},{y}"), "p", "y"),
    "folds": (rows("target,pred,fold", "{y},{p},{hard}"), "pred", "target"),
    "flags and counts": (
        rows("count,crowd,p,label,difficult", "3,{hard},{p},{y},0"), "p", "label"
    ),
    "boxes": (
        rows("image,x1,y1,x2,y2,score,tp_label", "a.jpg,0.1,0.2,0.7,0.5,{p},{y}"), "score",
        "tp_label",
    ),
    "probability and logit": (
        rows("line,target,probability,logit,cross_entropy", "{id},{y},{p},{z},0.3"),
        "probability", "target",
    ),
    "Spanish": (rows("etiqueta;probabilidad", "{y};{comma}"), "probabilidad", "etiqueta"),
    "Chinese": (rows("标签,置信度", "{y},{p}"), "置信度", "标签"),
    "camel case": (rows("trueLabel,predScore,n", "{y},{p},1"), "predScore", "trueLabel"),
    # what the label says
    "True and False": (rows("p,y", "{p},{tf}"), "p", "y"),
    "yes and no": (rows("p,y", "{p},{yes}"), "p", "y"),
    "minus one and one": (rows("p,y", "{p},{pm}"), "p", "y"),
    "1.0 and 0.0": (rows("p,y", "{p},{y}.0"), "p", "y"),
    "printed labels": (rows("p,y", "{p},tensor({y})"), "p", "y"),
    "printed truths": (rows("p,y", "{p},np.{tf}_"), "p", "y"),
    # separators
    "tabs": (rows("p\ty", "{p}\t{y}"), "p", "y"),
    "semicolons": (rows("p;y", "{p};{y}"), "p", "y"),
    "blanks": (rows("p y", "{p}   {y} "), "p", "y"),
    "blanks, decimal comma, no heading": (rows("", "{comma} {y}"), "column 1", "column 2"),
    "bars": (rows("p|y", "{p}|{y}"), "p", "y"),
    "a Markdown table": (rows("| p | y |\n|---|:-:|", "| {p} | {y} |"), "p", "y"),
    "psql": (rows(" p    | y \n------+---", " {p} | {y} "), "p", "y"),
    "a printed data frame": (rows("   y_true  y_prob", "{i}    {y}   {p}"), "y_prob", "y_true"),
    "R's write.table": (rows('"p" "y"', '"{i}" {p} {y}'), "p", "y"),
    "a name with a blank": (rows("file,p,y", "img {i}.jpg,{p},{y}"), "p", "y"),
    "carriage returns": (rows("p,y", "{p},{y}", "\r"), "p", "y"),
    "quoted": (rows('"p","y"', '"{p}","{y}"'), "p", "y"),
    "doubled quotes": (rows("file,p,y", '"a ""b""",{p},{y}'), "p", "y"),
    "a line break in a cell": (rows("text,p,y", '"two\nlines",{p},{y}'), "p", "y"),
    "UTF-16": (rows("p\ty", "{p}\t{y}").encode("utf-16"), "p", "y"),
    "Windows-1252": (rows("Güte score;Klasse;y", "1;{p};{y}").replace(
        "Güte score;Klasse", "Größe;score").encode("cp1252"), "score", "y"),
    # dressing
    "sep=;": ("sep=;\n" + rows("p;y", "{comma};{y}"), "p", "y"),
    "a comment above": ("# model: r50, epoch 12\n" + rows("p,y", "{p},{y}"), "p", "y"),
    "a heading that is a comment": (rows("# p,y", "{p},{y}"), "p", "y"),
    "a comment between": (rows("p,y", "{p},{y}") + "# 5 rows, done\n", "p", "y"),
    "a comma at each end": (rows("p,y,", "{p},{y},"), "p", "y"),
    "a comma at each end but the first": (rows("p,y", "{p},{y},"), "p", "y"),
    "an empty column": (rows("empty,p,y", ",{p},{y}"), "p", "y"),
    "no heading": (rows("", "{p},{y}"), "column 1", "column 2"),
    "no heading, labels first": (rows("", "{y},{p}"), "column 2", "column 1"),
    "no heading, but a name": (rows("", "img{i}.jpg,{p},{y}"), "column 2", "column 3"),
    "decimal comma in quotes": (rows("p,y", '"{comma}",{y}'), "p", "y"),
    "per cent": (rows("p,y", "{percent}%,{y}"), "p", "y"),
    "per cent, decimal comma": (rows("p;y", "{percent},0 %;{y}"), "p", "y"),
    "printed": (rows("p,y", "[{p}],{y}"), "p", "y"),
    "a tensor": (rows("p,y", "tensor({p}),{y}"), "p", "y"),
    "a tensor on a device": (rows("p,y", "\"tensor([{p}], device='cuda:0')\",{y}"), "p", "y"),
    "a gradient": (rows("p;y", "tensor({p}, grad_fn=<SigmoidBackward0>);{y}"), "p", "y"),
    "NumPy's": (rows("p,y", "np.float64({p}),{y}"), "p", "y"),
    "Excel's quotes": (rows("p,y", '"=""{p}""",{y}'), "p", "y"),
    # JSON
    "records": (json.dumps(records(score="p", label="y")), "score", "label"),
    "records, true and false": (json.dumps(records(score="p", label="tf")), "score", "label"),
    "records inside of an object": (
        json.dumps({"model": "r50", "rows": records(score="p", label="y")}), "score", "label"
    ),
    "records within records": (
        json.dumps([{"id": r["id"], "out": {"prob": [r["p"]]}, "target": r["y"]} for r in ROWS]),
        "out.prob", "target",
    ),
    "JSON lines": ("\n".join(map(json.dumps, records(score="p", label="y"))), "score", "label"),
    "columns": (json.dumps({"score": P, "label": Y}), "score", "label"),
    "pandas": (
        json.dumps({"score": dict(enumerate(P)), "label": dict(enumerate(Y))}), "score", "label"
    ),
    "pandas, by row": (
        json.dumps({i: {"score": r["p"], "label": r["y"]} for i, r in enumerate(ROWS)}),
        "score", "label",
    ),
    "pandas, split": (
        json.dumps({"columns": ["p", "y"], "index": [0], "data": list(zip(P, Y, strict=True))}),
        "p", "y",
    ),
    "arrays": (json.dumps(list(zip(P, Y, strict=True))), "column 1", "column 2"),
    "an array a line": (rows("", "[{p}, {y}]"), "column 1", "column 2"),
}  # fmt: skip


def table_of(content, name=""):
    (read,) = [read_files([(name, content)])]
    return read


@pytest.mark.parametrize(("content", "score", "label"), SURE.values(), ids=SURE)
def test_a_file_is_read_right_and_without_a_question(content, score, label):
    found = table_of(content)
    guess = guess_reading(found)
    read = guess.reading
    assert (found.columns[read.score].name, found.columns[read.label].name) == (score, label)
    assert guess.unsure == set()
    scores = read_scores(found, read)
    assert scores.probabilities == pytest.approx(P, abs=1e-4)
    assert scores.targets.tolist() == [bool(y) for y in Y]
    assert not scores.left_out.rows
    assert doubt(found, read, scores) is None


LOGITS = {
    "logits": rows("logit,y", "{z},{y}"),
    "Unicode's minus": rows("z,y", "{minus},{y}"),
    "German logits": rows("logit;y", "{z};{y}").replace(".", ","),
}


@pytest.mark.parametrize("content", LOGITS.values(), ids=LOGITS)
def test_logits_are_read_as_logits(content):
    found = table_of(content)
    guess = guess_reading(found)
    assert guess.reading.kind is Kind.LOGIT
    assert not guess.unsure
    assert read_scores(found, guess.reading).logits == pytest.approx(Z, abs=1e-4)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.234,5", 1234.5),
        ("-1.234.567,25", -1234567.25),
        ("1,234.5", 1234.5),
        ("1 234,5", 1234.5),
        ("1'234.5", 1234.5),
        ("0,5", 0.5),
        ("1.234", 1.234),
        ("\u22120.5", -0.5),
        ("−1,5", -1.5),
        ("93 %", 0.93),
        ("( 0.5 )", 0.5),
        ("[[0.5]]", 0.5),
        ("(0.5,)", 0.5),
        ("array([0.5], dtype=float32)", 0.5),
        ("torch.tensor(-2.)", -2.0),
        ('="0.5"', 0.5),
    ],
)
def test_a_number_in_its_dress(cell, number):
    assert columns.cell_of(cell).number == pytest.approx(number)


@pytest.mark.parametrize(
    "cell", ["[0.5, 0.5]", "1.2.3", "12,34,5", "tensor(a)", "tensor(0.5", "0.5]", "1_0", "% 5"]
)
def test_what_is_no_single_number_is_none(cell):
    assert columns.cell_of(cell).fault == columns.Fault.NO_NUMBER


def test_beside_a_decimal_comma_a_dot_stands_between_thousands():
    read = table.read_table("z;y\n1.234,5;1\n1.234;0\n-3,25;0\n").columns[0]
    assert read.numbers.tolist() == [1234.5, 1234, -3.25]


def test_the_dress_of_a_long_cell_takes_no_time():
    cell = "tensor(1, " + "dtype=" * 1_600 + ",x"
    assert columns.cell_of(cell).fault == columns.Fault.NO_NUMBER


ASKED = {
    "two columns without a name for it": (
        rows("a,b,y", "{p},{q},{y}"), {Unsure.SCORE}
    ),
    "two models": (
        "prob_resnet,prob_vgg,y\n0.9,0.2,1\n0.1,0.4,0\n0.3,0.8,0\n", {Unsure.SCORE}
    ),
    "two classes": (
        "t_cat,t_dog,s_cat,s_dog\n1,0,0.9,0.3\n0,1,0.2,0.8\n0,0,0.4,0.5\n", {Unsure.LABEL}
    ),
    "features": (
        "f1,f2,f3,label\n0.1,-2.5,3.5,1\n0.7,1.5,2.5,0\n0.4,0.5,-1.5,0\n", {Unsure.SCORE}
    ),
    "two columns of 0 and 1": (rows("", "{y},{hard},{p}"), {Unsure.LABEL}),
    "positive logits or per cent": (
        "z,y\n2.5,1\n1.2,0\n3.4,0\n", {Unsure.KIND}
    ),
    "0 to 255": ("score,y\n255,1\n3,0\n71,0\n128,1\n3,0\n", {Unsure.KIND}),
    "logits by name, probabilities by number": (
        rows("logit,y", "{p},{y}") + "0.5,0\n" * 20, {Unsure.KIND}
    ),
    "logarithms": ("log_prob,y\n-0.1,1\n-2.5,0\n-0.7,1\n", {Unsure.KIND}),
    "no label at all": (rows("p,n", "{p},{id}.5"), {Unsure.LABEL}),
}  # fmt: skip


@pytest.mark.parametrize(("content", "asked"), ASKED.values(), ids=ASKED)
def test_where_two_readings_are_about_as_likely_the_visitor_is_asked(content, asked):
    assert asked <= guess_reading(table_of(content)).unsure


DOUBTED = {
    "objects score lower": ("p,y\n" + "0.1,1\n0.8,0\n" * 3, Doubt.UPSIDE_DOWN),
    "decisions": (rows("y_true,y_pred", "{y},{hard}") + "1,0\n", Doubt.DECIDED),
    "the winner's certainty": (
        "true_label,pred_label,pred_prob\n1,1,0.93\n0,0,0.91\n0,0,0.62\n1,0,0.58\n",
        Doubt.WINNER,
    ),
    "never below one half": (
        "p,y\n" + "".join(f"0.{50 + i},{int(i > 20)}\n" for i in range(40)), Doubt.NEVER_LOW
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "why"), DOUBTED.values(), ids=DOUBTED)
def test_what_speaks_against_the_likeliest_reading_is_noticed(content, why):
    found = table_of(content)
    read = guess_reading(found).reading
    assert doubt(found, read, read_scores(found, read)) is why


def test_wekas_certainty_is_that_of_the_winner():
    found = table_of(
        "inst#,actual,predicted,error,prediction\n1,1:neg,1:neg,,0.98\n2,2:pos,2:pos,,0.91\n"
        "3,1:neg,2:pos,+,0.6\n4,2:pos,1:neg,+,0.7\n5,1:neg,1:neg,,0.8\n"
    )
    guess = guess_reading(found)
    read = guess.reading
    assert found.columns[read.label].name == "actual"
    assert found.columns[read.score].name == "prediction"
    read = type(read)(read.score, read.label, read.kind, "2:pos")
    assert doubt(found, read, read_scores(found, read)) is Doubt.WINNER


def test_all_rows_of_a_table_without_heading_are_there():
    assert table_of("img0.jpg,0.20,1\nimg1.jpg,0.9,0\n").rows == 2
    assert table_of("img0,1,1\nimg1,0,0\n").rows == 2


TOLD = {
    "no heading": (rows("", "{p},{y}"), table.NO_HEADING),
    "an index": (rows("p,y", "{i},{p},{y}"), table.INDEX),
    "a comment": (rows("p,y", "{p},{y}") + "# end\n", table.COMMENTS),
    "printed": (rows("p,y", "[{p}],{y}"), columns.PRINTED),
    "thousands": ("p;y\n1.234,5;1\n0,5;0\n", columns.THOUSANDS),
    "per cent": (rows("p,y", "{percent}%,{y}"), columns.PERCENT),
    "decimal comma": (rows("p;y", "{comma};{y}"), columns.DECIMAL_COMMA),
}


@pytest.mark.parametrize(("content", "sentence"), TOLD.values(), ids=TOLD)
def test_what_was_assumed_is_told(content, sentence):
    notes = table_of(content).notes
    assert sentence in [note.sentence for note in notes]
    assert all(note.sentence.format(**note.facts) for note in notes)


def test_labels_left_out_are_no_background():
    found = table_of("p,class\n0.9,cat\n0.2,dog\n0.4,ignore\n0.5,dog\n")
    read = type(guess_reading(found).reading)(0, 1, Kind.PROBABILITY, "cat", ("ignore",))
    scores = read_scores(found, read)
    assert (scores.objects, scores.background, scores.left_out.rows) == (1, 2, 1)


def test_another_label_may_be_the_object_where_labels_speak_for_themselves():
    found = table_of(rows("p,y", "{q},{y}"))
    read = type(guess_reading(found).reading)(0, 1, Kind.PROBABILITY, "0")
    assert read_scores(found, read).targets.tolist() == [not y for y in Y]


BROKEN = {
    "JSON that breaks off": ('{"score": 0.9}\n{"score": 0.1', "line 2 is no JSON"),
    "an array that breaks off": ('[{"score": 0.9},\n{"score": 0.1', "line 2 is no JSON"),
    "no rows": ('{"score": 0.9, "model": "r50"}', "holds no rows"),
    "an empty array": ("[]", "holds no rows"),
    "uneven arrays": ("[[0.9, 1], [0.2]]", "Record 2 has not as many values"),
    "deep": ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    "a long number": ('[{"a": ' + "9" * 5_000 + "}]", "too long"),
    "many fields": (json.dumps([{f"f{i}": 1 for i in range(60)}]), "60 fields; at most 50"),
    "200,001 records": ("[" + "{}," * 200_000 + "{}]", "200,001 rows"),
}


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
def test_bad_json_is_refused_in_words(content, words):
    with pytest.raises(UnreadableError, match=words):
        table_of(content)


def test_json_rows_know_their_record_or_line():
    assert table_of('[{"p": 0.9, "y": 1}, {"p": 0.2, "y": 0}]').lines.tolist() == [1, 2]
    assert table_of('{"p": 0.9, "y": 1}\n\n{"p": 0.2, "y": 0}').lines.tolist() == [1, 3]


def test_a_field_that_is_missing_is_empty_and_null_and_nan_are_no_number():
    found = table_of('[{"p": 0.9, "y": 1}, {"y": 0}, {"p": null, "y": 0}, {"p": NaN, "y": 0}]')
    assert np.isnan(found.columns[0].numbers).tolist() == [False, True, True, True]
