"""
YAML by the core schema of version 1.2, as workers read it. PyYAML alone follows version 1.1, where `no` and
`on` are booleans, `12:30` is 750 and `2026-01-01` is a date.
"""

import re
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"
# Tag, text, and the signs that such a text begins with.
_PLAIN = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
)


class _CoreLoader(yaml.SafeLoader):
    """`yaml_implicit_resolvers` of its own, so that those of version 1.1 are not inherited."""

    yaml_implicit_resolvers: dict[str, Any] = {}


def _int(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    # A leading zero means nothing in version 1.2, and eight as the base in 1.1.
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


for _name, _text, _first in _PLAIN:
    _CoreLoader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(rf"^(?:{_text})$"), _first)
_CoreLoader.add_constructor(f"{_TAG}int", _int)


def read_yaml(text: str) -> Any:
    """Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_CoreLoader)  # noqa: S506 - made of the safe one
