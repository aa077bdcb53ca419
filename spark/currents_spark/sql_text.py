"""Texts as SQL literals."""

import re
from collections.abc import Iterable


def literal(text: str) -> str:
    """The text in quotes, whatever it holds."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def literals(texts: Iterable[str]) -> str:
    """A list for IN, without its parentheses."""
    return ", ".join(literal(text) for text in texts)


def name_of(text: str) -> str:
    """The text as a part of names in SQL text: each sign that a name can't have becomes its number."""
    return re.sub(r"[^A-Za-z0-9_]", lambda sign: f"_{ord(sign[0])}_", text)
