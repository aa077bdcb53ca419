"""Texts as SQL literals."""

from collections.abc import Iterable


def literal(text: str) -> str:
    """The text in quotes, whatever it holds."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def literals(texts: Iterable[str]) -> str:
    """A list for IN, without its parentheses."""
    return ", ".join(literal(text) for text in texts)
