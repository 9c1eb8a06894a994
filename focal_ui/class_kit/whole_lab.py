"""The whole lab as one file to hand out: made when somebody asks, once for all visitors."""

import re
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from focal_ui import words
from focal_ui.words import _

ROOT = Path(__file__).parents[2]
EVERY = 1.0  # seconds between two looks at how far it is
FILE = "focal-loss-lab.zip"
_PAGE_DONE = re.compile(r"(\d+) of (\d+)")


@dataclass(eq=False)
class Making:
    """One folder of the lab in the making, in a process of its own that yields to visitors.

    app: the address of the full app; tag: the language. part: how much is done, 0 to 1; file: the
    zip, once it is there; failed: whether the last try ended without one.
    """

    app: str
    tag: str
    part: float = 0.0
    file: bytes = b""
    failed: bool = False
    _process: "subprocess.Popen[str] | None" = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def running(self) -> bool:
        """Whether it is being made now."""
        return self._process is not None

    def start(self) -> None:
        """Begin, unless it is there already or somebody else has begun."""
        with self._lock:
            if self.running or self.file:
                return
            self.part, self.failed = 0.0, False
            folder = Path(tempfile.mkdtemp(prefix="focal-loss-lab-"))
            self._process = process = self._begin(folder)
        threading.Thread(target=self._follow, args=(process, folder), daemon=True).start()

    def stop(self) -> None:
        """Give up; whoever asks next begins anew."""
        process = self._process
        if process is not None:
            process.terminate()

    def _begin(self, folder: Path) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "focal_ui.publish", str(folder / "lab"), "--zip"]
        more = ["--gently", "--processes", "1", "--app", self.app, "--language", self.tag]
        return subprocess.Popen(  # noqa: S603 - this project's own command
            command + more, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _follow(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        """Until it ends, hear how far it is."""
        try:
            for line in process.stdout or ():
                done = _PAGE_DONE.match(line)
                if done:
                    self.part = int(done[1]) / int(done[2])
            if process.wait() == 0:
                self.file = (folder / "lab.zip").read_bytes()
            self.failed = process.returncode > 0  # below 0: it was stopped
        finally:
            self._process = None
            shutil.rmtree(folder, ignore_errors=True)


@st.cache_resource(max_entries=4, show_spinner=False)
def making(app: str, tag: str) -> Making:
    """The one of all visitors who come by this address and read this language."""
    return Making(app, tag)


def show(app: str) -> None:
    """Make the lab as one file, and hand it out. app: the address that needs-Python links get."""
    st.header(_("Without a network"))
    st.markdown(
        _(
            "The whole lab as one file: unpack it and open index.html, from a USB stick, or put "
            "it on any web server. Sliders, pictures, questions, challenges and worksheets work "
            "as here; nothing is installed and nothing is sent."
        )
    )
    lab = making(app, words.language())
    st.fragment(_state, run_every=EVERY if lab.running else None, key="whole_lab")(lab)


def _state(lab: Making) -> None:
    if lab.file:
        st.download_button(
            _("The whole lab ({size:.1f} MB, ZIP)").format(size=len(lab.file) / 1e6),
            data=lab.file, file_name=FILE, mime="application/zip", key="whole_lab_zip",
            on_click="ignore", icon=":material/download:",
        )  # fmt: skip
    elif lab.running:
        st.progress(lab.part, _("Being made, some minutes; you can go on meanwhile."))
        st.button(_("Stop"), key="whole_lab_stop", on_click=lab.stop)
    else:
        if lab.failed:
            st.warning(_("It could not be made. Please try again."))
        begins = st.button(
            _("Make the file"),
            key="whole_lab_make",
            on_click=lab.start,
            icon=":material/download:",
        )
        if begins:
            st.rerun()
