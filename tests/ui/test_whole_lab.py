"""The lab as one file is made once for all who ask, shows how far it is, and can be stopped."""

import subprocess
import sys
import time

import pytest
from streamlit.testing.v1 import AppTest

from focal_ui.class_kit import whole_lab
from focal_ui.class_kit.whole_lab import Making

MAKES = """
import sys, pathlib
print("1 of 2: start", flush=True)
print("2 of 2: curve", flush=True)
pathlib.Path(sys.argv[1], "lab.zip").write_bytes(b"PK")
"""
WAITS = "import time; print('1 of 2: start', flush=True); time.sleep(60)"
FAILS = "import sys; sys.exit(3)"


@pytest.fixture
def making(monkeypatch):
    """Makes with another program, and counts how often it was begun."""

    def of(program):
        made = Making("https://app.example", "en")
        made.begun = 0

        def begin(folder):
            made.begun += 1
            command = [sys.executable, "-c", program, str(folder)]
            return subprocess.Popen(command, text=True, stdout=subprocess.PIPE)

        monkeypatch.setattr(made, "_begin", begin)
        return made

    return of


def until(holds):
    last = time.monotonic() + 20
    while not holds() and time.monotonic() < last:
        time.sleep(0.02)
    assert holds()


def test_who_asks_gets_the_file_and_the_next_one_gets_the_same(making):
    made = making(MAKES)
    made.start()
    made.start()  # somebody else, meanwhile
    until(lambda: made.file)
    until(lambda: not made.running)
    assert (made.file, made.part, made.failed) == (b"PK", 1.0, False)
    made.start()
    assert made.begun == 1


def test_how_far_it_is_can_be_seen_and_it_can_be_stopped(making):
    made = making(WAITS)
    made.start()
    until(lambda: made.part == 0.5)
    assert made.running
    made.stop()
    until(lambda: not made.running)
    assert (made.file, made.failed) == (b"", False)
    made.start()
    until(lambda: made.begun == 2)
    made.stop()
    until(lambda: not made.running)


def test_a_failure_is_told_and_can_be_tried_again(making):
    made = making(FAILS)
    made.start()
    until(lambda: not made.running)
    assert made.failed
    made.start()
    assert not made.failed or made.begun == 2
    until(lambda: not made.running)


def kit():
    """The kit's part alone."""
    from focal_ui.class_kit import whole_lab  # noqa: PLC0415 - it runs as a script of its own

    whole_lab.show("https://app.example")


def test_a_visitor_makes_it_sees_how_far_it_is_and_takes_it_home(making, monkeypatch):
    made = making(WAITS)
    monkeypatch.setattr(whole_lab, "making", lambda _app, _tag: made)
    visit = AppTest.from_function(kit).run()
    visit.button(key="whole_lab_make").click().run()
    until(lambda: made.part == 0.5)
    visit.run()
    assert visit.button(key="whole_lab_stop").label == "Stop"
    made.stop()
    until(lambda: not made.running)
    made.file = b"PK" * 500_000
    visit.run()
    assert [button.proto.label for button in visit.get("download_button")] == [
        "The whole lab (1.0 MB, ZIP)"
    ]


def test_the_command_that_is_run_is_the_publishers(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: seen.append(command))
    Making("https://app.example", "es")._begin(tmp_path)
    assert seen[0][1:4] == ["-m", "focal_ui.publish", str(tmp_path / "lab")]
    assert {"--zip", "--gently", "https://app.example", "es"} <= set(seen[0])
