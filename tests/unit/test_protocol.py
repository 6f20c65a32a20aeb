"""The browser's half of the messages is held to Python's, and so are numbers written twice."""

import re
import runpy
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from tiebreak.records.text import ENDINGS
from tiebreak.widget import messages

JS = Path(__file__).parents[2] / "js"


@pytest.fixture(scope="module")
def writer():
    return runpy.run_path(str(JS / "write_protocol.py"))


def test_the_messages_in_typescript_are_those_written_from_python(writer):
    for name, text in writer["written"]().items():
        there = (JS / "src" / name).read_text(encoding="utf-8")
        assert there == text, f"{name}: run python3 dev.py protocol"


def test_a_message_renamed_in_python_is_no_longer_what_typescript_has(writer):
    class Ping(msgspec.Struct, tag="ping", tag_field="type", rename="camel"):
        """Asks for a pong: what was sent earlier and is not acknowledged by then got lost."""

        number: int

    text = writer["written"]()["protocol.ts"]

    assert "\n".join(writer["_interface"](messages.Ping)) in text
    assert "\n".join(writer["_interface"](Ping)) not in text


def test_what_python_always_sends_is_required_and_what_it_leaves_out_is_optional(writer):
    class Sent(msgspec.Struct, tag="sent", tag_field="type", rename="camel", omit_defaults=True):
        always_there: int | None
        now_and_then: str | None = None

    assert "\n".join(writer["_interface"](Sent)).splitlines() == [
        "export interface Sent {",
        '  type: "sent";',
        "  alwaysThere: number | null;",
        "  nowAndThen?: string;",
        "}",
    ]
    assert msgspec.to_builtins(Sent(None)) == {"type": "sent", "alwaysThere": None}


@pytest.mark.parametrize("kind", ENDINGS)
def test_both_languages_know_a_stored_file_by_the_same_names(kind):
    text = (JS / "src/content/parts.ts").read_text(encoding="utf-8")

    pattern = rf"[0-9a-f]{{40}}\.(?:{'|'.join(ENDINGS[kind])})"
    assert f"  {kind}: /^{pattern}$/," in text
    assert text.count("[0-9a-f]{40}") == len(ENDINGS)


def test_there_is_a_built_part_of_the_front_end_for_each_module_that_can_be_asked_for():
    build = (JS / "build.mjs").read_text(encoding="utf-8")

    built = re.findall(r'^    (\w+): "src/', build, re.MULTILINE)
    assert set(built) - {"widget"} == set(get_args(messages.ModuleName))
