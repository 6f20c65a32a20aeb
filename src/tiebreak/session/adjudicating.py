"""The pairs on which people part, opened to be decided."""

# ruff: noqa: SLF001 - it is opened from a session and is one itself

from collections.abc import Iterator

from tiebreak.errors import SessionError
from tiebreak.labeling.disagreeing import Voted, none_chosen, parting, still_to_judge, votes_by_pair
from tiebreak.labeling.held import open_labels
from tiebreak.labeling.naming import Names
from tiebreak.labeling.showing import Showing
from tiebreak.records.label import ADJUDICATOR, Header
from tiebreak.session.screen import SessionOnScreen
from tiebreak.wording import count, tell

_KINDS = {"human": "Person", "judge": "Judge", "feedback": "Feedback"}
_THEN = (
    f'tb.check(session)\nsession.export("train.jsonl", format="trl", adjudicator="{ADJUDICATOR}")'
)


class Disagreements(SessionOnScreen):
    """The pairs of a session on which people part; :meth:`tiebreak.Session.disagreements` opens it.

    It is labeled, looked at and closed as a session is, by the annotator ``"adjudicator"``.

    Example:
        >>> import tiebreak as tb
        >>> for who, choice in (("anna", "a"), ("bob", "b")):
        ...     with tb.Session(tmp / "parted", tb.sample_pairs(), annotator=who) as session:
        ...         session.label("sample-01-tides", choice)
        >>> session = tb.Session(tmp / "parted", read_only=True)
        >>> with session.disagreements() as parted:
        ...     parted.next().id
        'sample-01-tides'

    """

    def __init__(self, session: SessionOnScreen, *, names: bool) -> None:
        opened_by = session._opening()
        self._open_again = f"{opened_by}.disagreements({'names=True' * names})"
        self._store, self._settings = session._store, session._settings
        self._images, self._keys = session._images, session._keys
        voted = votes_by_pair(session._read_journals()[0])
        known = [pair.id for pair in session._unknown()]
        among = set(known) & set(parting(voted))
        own = still_to_judge(session._labels, session._annotator)
        waiting = among & own
        if not among - own:
            raise SessionError(_nothing(voted, len(waiting)))
        manifest = self._store.manifest()
        self._id, self._annotator = manifest.id, ADJUDICATOR
        self._header = Header(1, manifest.id, ADJUDICATOR)
        self._labels = open_labels(self._store, self._header)
        decided = {label.pair for label in self._labels.current()}
        naming = Names(manifest.id, manifest.secret, ADJUDICATOR)
        self._labels.show(
            Showing(
                *(self._store.pairs(), manifest.batches, self._settings, ADJUDICATOR, naming),
                only=frozenset(pair for pair in known if pair in (among | decided) - own),
            )
        )
        self._told = " ".join(
            _remarks(len(waiting), len(among - own), none_chosen(voted, among - own))
        )
        if self._told:
            tell(self._told)
        self._cast(voted, naming, names=names)

    def _cast(self, voted: Voted, naming: Names, *, names: bool) -> None:
        """Put what others said in an order that tells nothing of who they are."""
        from tiebreak.widget.votes import Cast, Votes  # noqa: PLC0415 - for a screen alone

        cast: dict[str, list[Cast]] = {}
        for pair in self._labels.showing.order:
            votes = {
                naming.of_event(f"{pair} {head.annotator}"): (head, label)
                for head, label in voted.get(pair, ())
            }
            numbers: dict[str, int] = {}
            cast[pair] = []
            for place in sorted(votes):
                head, label = votes[place]
                kind = _KINDS[head.source]
                numbers[kind] = numbers.get(kind, 0) + 1
                by = head.annotator if names else f"{kind} {numbers[kind]}"
                cast[pair].append(Cast(by, label))
        self._votes = Votes(cast, _THEN)

    def _opening(self) -> str:
        return self._open_again


def _remarks(waiting: int, opened: int, undecided: int) -> Iterator[str]:
    if waiting:
        yield (
            f"{count(waiting, 'more pair')} on which people part will come once you have "
            "labeled all their showings yourself: until then what others said stays hidden."
        )
    if undecided:
        yield (
            f"On {undecided} of {count(opened, 'pair')} some say tie and others both bad: to all "
            "statistics they agree, but files for KTO and votes tell the two apart. Skip these "
            "where that does not matter."
        )


def _nothing(voted: Voted, waiting: int) -> str:
    several = sum(len(votes) > 1 for votes in voted.values())
    if waiting:
        return (
            f"There is nothing to decide yet: people part on {count(waiting, 'pair')}, all of "
            "which you still have to label yourself, without knowing what others said."
        )
    if not several:
        return (
            "There is nothing to decide: no pair has labels of two yet. Have a second person label "
            "some; see session.progress."
        )
    return (
        f"There is nothing to decide: of {count(several, 'pair')} with two labels or more, people "
        "part on none."
    )
