"""Where students find the app: where the teacher does, unless that leads nowhere else."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st

from focal_ui.frame import page_parts
from focal_ui.words import _

KEY = "link_address"  # also in the address of Class kit, so that a teacher types it once


def ask() -> None:
    """Warn if links would lead nowhere, and take the address that students use."""
    here = page_parts.base_address()
    if _leads_nowhere(here) or KEY in st.query_params:
        with st.container(key="served_address"):
            _ask(here)


def _ask(here: str) -> None:
    typed = st.text_input(
        _("Address of the app for students"), key=KEY, bind="query-params",
        placeholder="https://your-school.example/focal-loss",
    )  # fmt: skip
    if typed and _usable(typed) is None:
        st.info(
            _(
                "This is not the address of a web page, which starts with http:// or https://. "
                "Links still start with {here}."
            ).format(here=f"`{here}`"),
            icon=":material/link_off:",
        )
    elif not typed:
        st.info(
            _(
                "You opened this app at {here}. Only this computer can open that address, so links "
                "and QR codes would not work for your students. Type the address that they can "
                "open."
            ).format(here=f"`{here}`"),
            icon=":material/link_off:",
        )


def base() -> str:
    """The address that links start with."""
    return _usable(str(st.session_state.get(KEY) or "")) or page_parts.base_address()


def _usable(typed: str) -> str | None:
    """Without what follows the path; None for what is no address of a web page."""
    parts = urlsplit(typed.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _leads_nowhere(address: str) -> bool:
    """Whether no other computer reaches this host."""
    host = urlsplit(address).hostname or "localhost"
    try:
        at = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return at.is_loopback or at.is_unspecified
