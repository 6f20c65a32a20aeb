"""What the export tests make: pairs and labels without a session."""

from datetime import UTC, datetime

from tiebreak import exports, views
from tiebreak.records.label import Header, Label, new_id
from tiebreak.records.pair import Pair

AT = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=UTC)
ROLES = {"prompt": "user", "a": "assistant", "b": "assistant"}


def say(role, content):
    return [{"role": role, "content": content}]


def text(role, content, messages):
    return say(role, content) if messages else content


def pair(name, *, messages=False, **more):
    texts = {"prompt": f"ask {name}", "a": f"first {name}", "b": f"second {name}"}
    given = {key: text(ROLES[key], words, messages) for key, words in texts.items()}
    return Pair(**{"id": name, **given, **more})


def label(name, preference, **more):
    return Label(new_id(), name, preference, AT, **more)


def labels(*found, annotator="anna", source="human"):
    return views.labels_frame([(Header(1, "s", annotator, source), found)])


def labels_of(**journals):
    """Labels by annotator; a name that begins with judge is a judge's."""
    return views.labels_frame(
        [
            (Header(1, "s", name, "judge" if name.startswith("judge") else "human"), found)
            for name, found in journals.items()
        ]
    )


def write(path, pairs, found, format="trl", **options):
    return exports.export(pairs, found, path, format, **options)
