import comm
import pytest
from helpers import Browser, Wire, rows

import tiebreak as tb


@pytest.fixture
def open_session(tmp_path):
    """Opens sessions as "me" in one folder and closes them afterwards."""
    opened = []

    def open_one(pairs=None, **options):
        folder = options.pop("folder", tmp_path / "pilot")
        session = tb.Session(folder, pairs, **{"annotator": "me", **options})
        opened.append(session)
        return session

    yield open_one
    for session in opened:
        session.close()


@pytest.fixture
def session(open_session):
    """Six string pairs in the order given."""
    return open_session(rows(6), order="given", seed=7)


@pytest.fixture
def wire(monkeypatch):
    """Everything that is sent to the browser, from the first message on."""
    passed = []
    monkeypatch.setattr(comm, "create_comm", Wire)
    monkeypatch.setattr(Wire, "passed", passed)
    return passed


@pytest.fixture
def browser(session, wire):
    return Browser(session, wire)
