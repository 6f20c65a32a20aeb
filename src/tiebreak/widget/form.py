"""What a session asks beside the choice, as the browser gets it."""

from tiebreak.records.settings import Settings
from tiebreak.widget.parts import Form, Named


def form_of(settings: Settings) -> Form:
    """Give what a session asks beside the choice."""
    return Form(
        criteria=_named(settings.criteria),
        criteria_required=settings.criteria_required,
        reasons=settings.reasons,
        flags=settings.flags,
        principles=_named(settings.principles),
        note_required=settings.note_required,
    )


def _named(texts: dict[str, str]) -> list[Named]:
    return [Named(name=name, about=about) for name, about in texts.items()]
