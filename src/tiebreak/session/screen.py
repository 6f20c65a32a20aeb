"""A session on a screen: its widget, and how it is opened, shown in a cell and closed."""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tiebreak.errors import SessionError, TiebreakError
from tiebreak.labeling.contests import compares_models
from tiebreak.labeling.naming import Names
from tiebreak.labeling.showing import Showing
from tiebreak.labeling.sitting import Sitting
from tiebreak.records.pair import Pair
from tiebreak.records.settings import Images
from tiebreak.session.labeling import SessionLabeling
from tiebreak.store.base import Manifest
from tiebreak.widget import summary
from tiebreak.wording import tell, warn

if TYPE_CHECKING:
    from tiebreak.widget.votes import Votes
    from tiebreak.widget.widget import PreferenceWidget


class SessionOnScreen(SessionLabeling):
    """How a session is shown; see :class:`tiebreak.Session`, which opens it."""

    _id: str
    _images: Images
    _keys: Mapping[str, list[str]]
    _told: str
    _votes: "Votes | None" = None
    _widget: "PreferenceWidget | None" = None
    _sitting: Sitting | None = None

    @property
    def widget(self) -> "PreferenceWidget":
        """The labeling widget, to be put into any ipywidgets layout.

        Raises:
            SessionError: this checkout has no built front end; all else works without.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "widget", tb.sample_pairs(), annotator="me")
            >>> session.widget.is_open
            True

        """
        if self._widget is None or not self._widget.is_open:
            try:  # not before it is shown: what reads, checks and exports needs no front end
                from tiebreak.widget.widget import PreferenceWidget  # noqa: PLC0415
            except FileNotFoundError as error:
                msg = (
                    "The front end was not built, so there is no widget here; all else works. In a "
                    f"checkout, python3 dev.py lab builds it; pip install . does, too. ({error})"
                )
                raise SessionError(msg) from None
            self._widget = PreferenceWidget(
                self._labels,
                self._settings,
                self._store,
                images=self._images,
                keys=self._keys,
                told=self._told,
                opening=self._opening(),
                votes=self._votes,
            )
            self._sit_down(self._widget)
        return self._widget

    def close(self) -> None:
        """Release the journal, so that another process can label. Closing twice is fine.

        Where the widget was labeled in, a line sums the sitting up.

        Example:
            >>> import tiebreak as tb
            >>> session = tb.Session(tmp / "close", tb.sample_pairs(), annotator="me")
            >>> session.close()
            >>> session = tb.Session(tmp / "close", annotator="me")  # again, and where it was left

        """
        if self._sitting is not None:
            self._sitting.end()
            if said := self._sitting.describe():
                tell(said)
            self._sitting = None
        self._labels.close()

    def __enter__(self) -> Self:
        """Give the session itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    # -- inside

    def _show(self, manifest: Manifest, pairs: Iterable[Pair]) -> None:
        """Lay the pairs out in their order, with their sides."""
        names = Names(self._id, manifest.secret, self._annotator)
        showing = Showing(pairs, manifest.batches, self._settings, self._annotator, names)
        self._labels.show(showing)

    def _sit_down(self, widget: "PreferenceWidget") -> None:
        if self._sitting is not None:
            self._sitting.end()
        self._sitting = Sitting(self._labels, self._settings.pause_after, widget.notice)

    def _warn_of_models(self) -> None:
        if self._settings.reveal_models and self._labels.showing.gold_stands_out:
            warn(
                "Some pairs name their models and some do not, so that showing them would tell "
                "which are gold pairs: reveal_models shows none. Give all pairs, the gold pairs "
                "included, model_a and model_b."
            )

        if self._settings.stopping and not compares_models(self._pairs.values()):
            warn(
                "stopping=True says nothing here: no pair compares two models. Give the pairs "
                "model_a and model_b."
            )

    def _show_anew(self) -> None:
        if self._widget is not None and self._widget.is_open:
            self._widget.show_anew()

    def _facts(self) -> dict[str, Any]:
        return summary.summarize(self._store, self._opening(), self._labels.standing())

    def _opening(self) -> str:
        """Write the call that opens it anywhere."""
        return self._store.opening(annotator=self._annotator)

    def _ipython_display_(self) -> None:
        self.widget.display_with_summary()

    def _display_(self) -> "PreferenceWidget":
        """Show itself in marimo, which asks for this method first."""
        return self.widget

    def __repr__(self) -> str:
        """Say in a line how far the session is; read-only, how far everybody is."""
        if not self._labels.read_only:
            return summary.as_text(self._facts())
        try:
            return summary.of_everyone(self._store, self.progress, len(self._unknown()))
        except TiebreakError:  # what it looks at is damaged, which what asks for it says
            return summary.as_text(self._facts())
