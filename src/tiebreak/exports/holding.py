"""Whether a file can hold the images and audio of what is to be written, and what if it cannot."""

from tiebreak.errors import ExportError
from tiebreak.exports.media import pairs_with
from tiebreak.exports.preparing import IMAGE_ANSWERS, Prepared
from tiebreak.records.label import SIDES
from tiebreak.records.text import COLUMNS, MediaKind, media_of
from tiebreak.store.kinds import KINDS
from tiebreak.wording import count, some


def check_media(prepared: Prepared, format: str, suffix: str) -> list[str]:
    """Refuse images and audio that the file cannot hold, or say where they are."""
    if not prepared.media:
        return []
    holds = prepared.format.media
    if holds == "named":
        return [
            f"the files of {kind.several} are in the session's folder {kind.folder}/; keep that "
            "beside the file"
            for kind in (KINDS[each] for each in prepared.media)
        ]
    if holds == "embedded" and suffix == ".parquet":
        return _warn_of_trl(prepared)
    frames = [part.judgments for part in prepared.parts.values()]
    pairs = [pair for frame in frames for pair in pairs_with(prepared.media, frame)]
    remedy = (
        "Write a .parquet file, or use session.to_dataset()."
        if holds == "embedded"
        else 'The format "trl" holds them, as .parquet or by session.to_dataset().'
    )
    called = " and ".join(KINDS[kind].several for kind in prepared.media)
    msg = (
        f"A {suffix} file of the format {format!r} cannot hold {called}, and {len(pairs)} labeled "
        f"pairs have some: {some(pairs)}. {remedy}"
    )
    raise ExportError(msg)


def _warn_of_trl(prepared: Prepared) -> list[str]:
    """Refuse images in answers, on which TRL's own collators stop, and say that it knows no audio.

    Raises:
        ExportError: answers hold images, and nobody allowed it.

    """
    notes = []
    images = _count_rows(prepared, "image", SIDES)
    if images:
        told = (
            f"{count(images, 'row')} {'has' if images == 1 else 'have'} images in the answers; TRL "
            "1.16 stops at them, since it takes "
            "images in the prompt only"
        )
        if IMAGE_ANSWERS not in prepared.allowed:
            msg = (
                f'Nothing was written. {told}. For a trainer of your own give allow=["images"]; '
                'the format "raw" holds everything.'
            )
            raise ExportError(msg)
        notes.append(told)
    sounds = _count_rows(prepared, "audio", ("prompt", "a", "b"))
    if sounds:
        notes.append(
            f"{count(sounds, 'row')} {'has' if sounds == 1 else 'have'} audio, in the column "
            f"{COLUMNS['audio']!r}; TRL 1.16 describes no training on audio, so that takes a "
            "collator of one's own. datasets decodes the column with torchcodec, or gives its "
            "bytes as datasets.Audio(decode=False)"
        )
    return notes


def _count_rows(prepared: Prepared, kind: MediaKind, names: tuple[str, ...]) -> int:
    frames = [part.judgments for part in prepared.parts.values()]
    return sum(
        any(part.kind == kind for text in texts for part in media_of(text))
        for frame in frames
        for texts in zip(*(frame[name] for name in names), strict=True)
    )
