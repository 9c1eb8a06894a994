"""A visitor's table: the fault table of uploads, row by row, and what is read all the same."""

import gzip
import io
import time
import zipfile

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from focal_core.columns import DECIMAL_COMMA, PERCENT, Fault
from focal_core.received import WINDOWS, Note, UnreadableError
from focal_core.table import NO_HEADING, read_table

GOOD = "p,y\n0.9,1\n0.2,0\n"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("scores.csv", GOOD)
    return out.getvalue()


FAULTS = {
    "nothing": ("", "empty"),
    "no bytes": (b"", "empty"),
    "blank lines": ("\n \n\n", "empty"),
    "header only": ("p,y\n", "line 1, but no row"),
    "header only, further down": ("\n\np,y\n", "line 3, but no row"),
    "a cell too many": ("p,y\n0.1,1\n0.1,1,3\n", "Line 3 has 3 cells, but the first line has 2"),
    "a cell too few": ("p,y\n\n0.1\n", "Line 3 has 1 cells"),
    "two columns of one name": ("p,y,p\n1,1,1\n", "Columns 1 and 3 have the same name, p"),
    "a name that is given": ("column 2,,y\n1,1,1\n", "Columns 1 and 2 have the same name"),
    "an open quotation mark": ('p,y\n"0.1,1\n0.2,0\n', "Line 2 has a quotation mark"),
    "a quotation mark in the last line": ('p,y\n0.2,0\n"0.1,1', "Line 3 has a quotation mark"),
    "a quotation mark that closes much later": (
        'p,y\n0.3,1\n"0.1,1\n' + "0.2,0\n" * 30 + '"0.1",1\n',
        "Line 3 has a quotation mark",
    ),
    "text behind a quotation": ('p,y\n"0.1"x,1\n', "Line 2 has a quotation mark"),
    "gzip": (gzip.compress(GOOD.encode()), "gzip file"),
    "zip or Excel": (zipped(), "zip or Excel file"),
    "bzip2": (b"BZh91AY&SY", "bzip2 file"),
    "xz": (b"\xfd7zXZ\x00", "xz file"),
    "PDF": (b"%PDF-1.7", "PDF file"),
    "NumPy": (b"\x93NUMPY\x01\x00v", "NumPy file"),
    "comments alone": ("# model: r50\n\n", "empty"),
    "Parquet": (b"PAR1\x15\x04", "Parquet file"),
    "NUL": ("p,y\n0.1,\0\n", "Line 2 holds a NUL"),
    "UTF-16 without its mark": (GOOD.encode("utf-16-le"), "Line 1 holds a NUL"),
    "half of UTF-16": (GOOD.encode("utf-16")[:-1], "is not text"),
    "neither UTF-8 nor Windows-1252": (b"p,y\n0.1,\x81\n", "Line 2 is not text"),
    "51 columns": (",".join(f"c{i}" for i in range(51)) + "\n", "51 columns; at most 50"),
    "20,000 columns": (",".join(["a"] * 20_000) + "\n", "39,999 characters; at most 10,000"),
    "200,001 rows": ("p,y\n" + "1,1\n" * 200_001, "200,001 rows; at most 200,000"),
    "200,001 rows without heading": ("1,1\n" * 200_001, "200,001 rows"),
    "ten million rows": (b"1\n" * 10_000_000, "19.1 MB; at most 5 MB"),
    "a line of five million": ("p,y\n" + "x" * 5_000_000, "Line 2 has 5,000,000 characters"),
    "a long line": ("p,y\n" + "0" * 9_999 + ",1\n", "Line 2 has 10,001 characters"),
    "6 MB": (b"p,y\n" + b"0.1,1\n" * 1_048_576, "6.0 MB; at most 5 MB"),
    "200 MB": (b"0" * 200 * 2**20, "200.0 MB"),
    "5 MB of letters that take two bytes": ("é" * (5 * 2**19 + 1), "5.0 MB"),
}


@pytest.mark.parametrize(("content", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_place(content, words):
    with pytest.raises(UnreadableError) as caught:
        read_table(content)
    assert words in str(caught.value)
    assert caught.value.sentence.format(**caught.value.facts) == str(caught.value)


@pytest.mark.parametrize(
    "name", [key for key in FAULTS if any(c.isdigit() for c in key) or "million" in key]
)
def test_a_limit_is_named_within_a_second(name):
    start = time.process_time()
    with pytest.raises(UnreadableError):
        read_table(FAULTS[name][0])
    assert time.process_time() - start < 1


def test_a_hostile_cell_takes_no_longer():
    cells = ("1" * 4_990, "1" * 4_990 + "x")
    start = time.process_time()
    read_table("p,y\n" + f"{cells[1]},{cells[0]}\n" * 500)
    assert time.process_time() - start < 1


def numbers(content):
    table = read_table(content)
    return {column.name: column.numbers.tolist() for column in table.columns}


TWO = {"p": [0.9, 0.25], "y": [1, 0]}


@pytest.mark.parametrize(
    "content",
    [
        "p,y\n0.9,1\n0.25,0",
        "p;y\n0,9;1\n0,25;0",
        "p;y\n0.9;1\n.25;0",
        "p\ty\n0.9\t1\n0,25\t0\n",
        "p,y\r\n0.9,1\r\n0.25,0\r\n",
        "p,y\r0.9,1\r0.25,0\r",
        '"p","y"\n"0.9", "1"\n"0.25","0"',
        "\n\n p , y \n 0.9 , 1 \n\n+0.25,0e0\n\n\n",
        "p,y\n9e-1,1.\n2.5E-1,0.0\n",
        b"p,y\n0.9,1\n0.25,0",
        "p,y\n0.9,1\n0.25,0".encode("utf-8-sig"),
        "\ufeffp,y\n0.9,1\n0.25,0",
        "p,y\n0.9,1\n0.25,0".encode("utf-16"),
        b"\xfe\xff" + "p,y\n0.9,1\n0.25,0".encode("utf-16-be"),
    ],
)
def test_separators_line_ends_and_encodings(content):
    assert numbers(content) == TWO


def test_semicolons_separate_numbers_with_a_decimal_comma_without_a_heading_too():
    assert numbers("0,9;1\n0,25;0\n") == {"column 1": [0.9, 0.25], "column 2": [1, 0]}


def test_windows_1252_is_read_and_noted():
    table = read_table("größe,y\n0.1,1\n".encode("cp1252"))
    assert table.columns[0].name == "größe"
    assert table.notes == (Note(WINDOWS),)


def test_a_decimal_comma_is_noted():
    assert read_table("p;y\n0,9;1\n").notes == (Note(DECIMAL_COMMA),)
    assert read_table("p;y\n0.9;a, b\n").notes == ()


def test_without_a_heading_the_columns_are_numbered():
    table = read_table("0.9,1\n0.2,0\n")
    assert [column.name for column in table.columns] == ["column 1", "column 2"]
    assert table.notes == (Note(NO_HEADING),)
    assert table.lines.tolist() == [1, 2]


def test_a_column_without_a_name_is_numbered():
    assert [c.name for c in read_table(",p,y\n0,0.9,1\n").columns] == ["column 1", "p", "y"]


def test_rows_know_their_lines_past_blank_ones():
    assert read_table("p,y\n0.9,1\n\n0.2,0\n  \n0.3,0\n").lines.tolist() == [2, 4, 6]


def test_the_largest_table_is_read():
    assert read_table("p,y\n" + "0.5,1\n" * 200_000).rows == 200_000


def test_fifty_columns_are_read():
    table = read_table(",".join(f"c{i}" for i in range(50)) + "\n" + "1," * 49 + "1")
    assert len(table.columns) == 50


def test_a_line_of_ten_thousand_characters_is_read():
    assert read_table("p,y\n" + "0" * 9_998 + ",1\n").rows == 1


def test_five_megabytes_are_read():
    line = "0" * 1_023 + "\n"  # 1 KB
    assert read_table(line * 5_120).rows == 5_120
    with pytest.raises(UnreadableError, match=r"5\.0 MB; at most 5 MB"):
        read_table(line * 5_120 + " ")


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("", Fault.EMPTY),
        ("  ", Fault.EMPTY),
        ("nan", Fault.NO_NUMBER),
        ("abc", Fault.NO_NUMBER),
        ("1_0", Fault.NO_NUMBER),
        ("٣", Fault.NO_NUMBER),
        ("0x1", Fault.NO_NUMBER),
        ("1e", Fault.NO_NUMBER),
        ("5%", Fault.NONE),
        ("%", Fault.NO_NUMBER),
        ("tensor(0.5)", Fault.NONE),
        ("tensor(x)", Fault.NO_NUMBER),
        ("[0.5 0.5]", Fault.NO_NUMBER),
        ("−1", Fault.NONE),
        ("=1+1", Fault.NO_NUMBER),
        ("inf", Fault.INFINITE),
        ("-Infinity", Fault.INFINITE),
        ("1e400", Fault.INFINITE),
        ("9" * 400, Fault.INFINITE),
        ("1e308", Fault.NONE),
        ("-1e-320", Fault.NONE),
    ],
)
def test_a_cell_is_a_number_by_one_ascii_pattern(cell, fault):
    column = read_table(f"p,y\n{cell},1\n").columns[0]
    assert column.faults.tolist() == [fault]
    assert np.isnan(column.numbers[0]) == (fault != Fault.NONE)


def test_a_comma_within_quotation_marks_is_a_decimal_comma_where_commas_separate():
    column = read_table('p,y\n"0,9",1\n').columns[0]
    assert column.numbers.tolist() == [0.9]


def test_labels_are_kept_up_to_fifty():
    cells = [f"label {i}" for i in range(51)]
    fifty, more = (read_table("y\n" + "\n".join(cells[:n])).columns[0] for n in (50, 51))
    assert [fifty.labels[code] for code in fifty.codes] == cells[:50]
    assert more.labels == ()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
@example([1e308, -1e308, 1e-320, 0.0, -0.0])
def test_every_number_comes_in_to_the_last_digit(values):
    table = read_table("p\n" + "\n".join(map(repr, values)))
    assert table.columns[0].numbers.tolist() == values


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_whatever_comes_is_read_or_refused_in_words(content):
    try:
        table = read_table(content)
    except UnreadableError:
        return
    assert all(column.numbers.size == table.rows > 0 for column in table.columns)


@given(st.text(alphabet='"0.5,;\t\n\r ax', max_size=60))
def test_no_cell_moves_to_another_column(content):
    try:
        table = read_table(content)
    except UnreadableError:
        return
    assert len({column.name for column in table.columns}) == len(table.columns)
    assert np.all(np.diff(table.lines) > 0)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sep=;\np;y\n0,9;1\n", ["p", "y"]),
        ("# model: r50, epoch 12\np,y\n0.9,1\n", ["p", "y"]),
        ("p,y,\n0.9,1,\n0.2,0,\n", ["p", "y"]),
        ("p y\n0.9  1\n", ["p", "y"]),
        ("p|y\n0.9|1\n", ["p", "y"]),
        (",0,1,y\n0,0.1,0.9,1\n", ["column 1", "0", "1", "y"]),
    ],
    ids=["Excel's sep", "a comment", "a comma at each end", "blanks", "bars", "class numbers"],
)
def test_what_stands_around_a_table_is_no_part_of_it(text, names):
    table = read_table(text)
    assert [column.name for column in table.columns] == names
    assert table.rows == text.count("0.9") + text.count("0,9") + text.count("0.2")


def test_a_first_row_with_a_name_and_a_score_is_no_heading():
    table = read_table("img0.jpg,0.20,1\nimg1.jpg,0.90,0\n")
    assert table.rows == 2
    assert Note(NO_HEADING) in table.notes


def test_a_number_with_a_percent_sign_is_so_many_hundredths():
    table = read_table("p,y\n93%,1\n5.5 %,0\n")
    assert table.columns[0].numbers == pytest.approx([0.93, 0.055])
    assert Note(PERCENT) in table.notes
