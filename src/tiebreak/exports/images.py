"""Whether a file can hold the images of what is to be written, and what to do where it cannot."""

from tiebreak.errors import ExportError
from tiebreak.exports.preparing import Prepared, name_some
from tiebreak.exports.vision import pairs_with_images
from tiebreak.records.text import media_of


def check_images(prepared: Prepared, format: str, suffix: str) -> list[str]:
    """Refuse images that the file cannot hold, or say where they are."""
    if not prepared.has_images:
        return []
    pairs = [p for part in prepared.parts.values() for p in pairs_with_images(part.judgments)]
    if prepared.format.images == "named":
        return ["the images' files are in the session's folder images/; keep that beside the file"]
    if prepared.format.images == "embedded" and suffix == ".parquet":
        return _warn_of_responses(prepared)
    remedy = (
        "Write a .parquet file, or use session.to_dataset()."
        if prepared.format.images == "embedded"
        else 'The format "trl" holds them, as .parquet or by session.to_dataset().'
    )
    msg = (
        f"A {suffix} file of the format {format!r} cannot hold images, and {len(pairs)} labeled "
        f"pairs have some: {name_some(pairs)}. {remedy}"
    )
    raise ExportError(msg)


def _warn_of_responses(prepared: Prepared) -> list[str]:
    """Say that TRL's own collators put images into prompts only."""
    frames = [part.judgments for part in prepared.parts.values()]
    found = sum(
        any(True for text in texts for _ in media_of(text))
        for frame in frames
        for texts in zip(frame["a"], frame["b"], strict=True)
    )
    if not found:
        return []
    return [
        f"{found} rows have images in the responses; TRL 1.16 trains on images in the prompt only"
    ]
