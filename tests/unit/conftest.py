import pytest
from helpers import rows

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
