"""Words that may hold data, for the elements of Streamlit that read Markdown: a picture in them asks another host."""

import re

_MARKS = re.compile(r"[\\`*\[\]<$]")


def as_text(words: str) -> str:
    """The words with what Markdown would take for a link, a picture, code or a formula shown as it is."""
    return _MARKS.sub(r"\\\g<0>", words)
