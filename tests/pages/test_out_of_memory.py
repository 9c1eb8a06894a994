"""A server whose memory runs out: a large table is refused in words, and the pages live on."""

import subprocess
import sys

import pytest

from focal_ui.inbox import NO_MEMORY
from tests.helpers import ROOT

# The page in a process that may take 24 MB more once it is warm; the table needs some 200.
SCRIPT = """
import resource
from pathlib import Path
from streamlit.testing.v1 import AppTest
import app
from focal_ui import inbox
from pages.try_it import scores

app.settle()
app.start = scores
visit = AppTest.from_file(".streamlit/run.py", default_timeout=60)
visit.session_state["inbox"] = True
visit.run()

def read(text):
    visit.text_area(key=inbox.PASTE).set_value(text)
    visit.button[0].click().run()

def said():
    words = " ".join(block.value for block in visit.markdown)
    lines = next(block.value for block in visit.markdown if block.value.startswith("Shown: "))
    print(lines, *[error.value for error in visit.error], *[e.message for e in visit.exception])

assert visit.button[0].label == "Read the text"
read("score,is_object\\n0.9,1\\n0.2,0\\n")
said()
large = "score,is_object\\n" + "0.123456789,1\\n0.987654321,0\\n" * 90_000
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + 24 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
read(large)
said()
visit.slider(key="gamma").set_value(3.0).run()
print(visit.title[0].value)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_table_that_memory_cannot_hold_is_refused_in_words_and_the_page_lives_on():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, then, title = done.stdout.splitlines()
    assert first == "Shown: pasted text. Background lines: 1, objects: 1."
    assert then.startswith(f"{first} pasted text could not be read. {NO_MEMORY}")
    assert title.startswith("At γ = 3, background carries")
