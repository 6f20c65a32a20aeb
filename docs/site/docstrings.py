"""Makes the docstrings of the package Markdown: roles become links, examples become code."""

import re
from typing import Any

import griffe

_ROLE = re.compile(r":(?:func|meth|class|mod|attr):`~?([\w.]+)`")
_EXAMPLE = re.compile(r"^Example:$", re.MULTILINE)
_BARE = re.compile(r"(?:^>>> .*\n?(?:^(?!\n)[^\n]+\n?)*)+", re.MULTILINE)


class Docstrings(griffe.Extension):
    """Rewrites each docstring before it is parsed."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of an object, where it has one."""
        if obj.docstring:
            obj.docstring.value = to_markdown(obj.docstring.value)


def to_markdown(text: str) -> str:
    """Turn what Sphinx would read into what Markdown does."""
    text = _ROLE.sub(_link, text)
    text = _EXAMPLE.sub("Examples:", text)
    return _BARE.sub(lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", text)


def _link(found: re.Match[str]) -> str:
    # Optional: not all that docstrings speak of has a place on a page.
    name = found[1]
    return f'<autoref identifier="{name}" optional><code>{name}</code></autoref>'
