"""The labels that are open in this process: a journal opened twice is one object."""

import threading
from collections.abc import Hashable
from weakref import WeakValueDictionary

from tiebreak.labeling.labels import Labels
from tiebreak.records.label import Header
from tiebreak.store.base import Store

_open: WeakValueDictionary[tuple[Hashable, str], Labels] = WeakValueDictionary()
_open_lock = threading.Lock()


def open_labels(store: Store, header: Header) -> Labels:
    """Open an annotator's journal for labeling, or give the labels already open in this process.

    A cell that is run again, and a session opened in two variables, so share one state. The
    journal stays held until :meth:`Labels.close`, or until nothing refers to the labels.

    Raises:
        JournalError: see :meth:`tiebreak.store.base.Store.open_journal`.

    """
    key = (store.key, header.annotator)
    with _open_lock:
        labels = _open.get(key)
        if labels is not None and labels.in_place():
            return labels
        if labels is not None:
            labels.close()
        labels = Labels(*store.open_journal(header), store.opening())
        _open[key] = labels
        return labels


def labels_open(store: Store, annotator: str) -> Labels | None:
    """Give the labels of an annotator that are open in this process, if they are."""
    with _open_lock:
        labels = _open.get((store.key, annotator))
        return labels if labels is not None and labels.in_place() else None


def read_labels(store: Store, annotator: str) -> Labels:
    """Read an annotator's journal, or none yet, without holding it."""
    return Labels(None, store.read_journal(annotator).events, store.opening())
