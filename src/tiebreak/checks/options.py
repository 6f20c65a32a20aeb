"""What a check takes for granted, and every threshold it decides by."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, Protocol, TypedDict

from tiebreak.errors import CheckError
from tiebreak.wording import guess

CHARACTERS_PER_TOKEN = 4


class Tokenizer(Protocol):
    """Anything that turns text into tokens: of transformers, tokenizers, tiktoken ..."""

    def encode(self, text: str, /) -> Any:
        """Give the token ids, as a list or as an object with ``ids``."""


class CheckOptions(TypedDict, total=False):
    """The options of :func:`tiebreak.check` by name and type; see :class:`Settings`."""

    safety_critical: bool
    tokenizer: Tokenizer | None
    max_length: int
    near_identical: float
    near_prompt: float
    longer_chosen: float
    length_ratio: float
    fewest_labels: int
    significance: float
    few_rows: int
    batch_size: int
    fastest: float
    reading_speed: float
    most_reading: float
    same_in_a_row: int
    lowest_alpha: float
    lowest_consistency: float
    kto_ratio: float


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The options of a check.

    Attributes:
        safety_critical: labels that only a judge made are an error.
        tokenizer: counts tokens; without one, lengths are estimated at four characters a token.
        max_length: the trainer's own, in tokens, prompt and answer together (1024 in TRL).
        near_identical: answers more alike than this share of their characters are reported.
        near_prompt: prompts of two splits with this share of words in common are the same.
        longer_chosen: the share of preferences for the longer answer that is still fine.
        length_ratio: the median of chosen length to rejected length that is still fine.
        fewest_labels: figures of bias and agreement need at least as many labels or pairs.
        significance: the p below which a share is no accident.
        few_rows: a preference set with fewer rows is small.
        batch_size: the effective batch a trainer will use; fewer than ten batches are a warning.
        fastest: decisions in fewer seconds are too fast.
        reading_speed: characters a second that nobody reads faster than.
        most_reading: seconds; a decision that took as long was long enough for any text.
        same_in_a_row: as often the same key one after the other is reported.
        lowest_alpha: the least Krippendorff's alpha that is still fine.
        lowest_consistency: the least share of repeated pairs labeled as at first.
        kto_ratio: the most desirable rows for each undesirable one.

    """

    safety_critical: bool = False
    tokenizer: Tokenizer | None = None
    max_length: int = 1024
    near_identical: float = 0.95
    near_prompt: float = 0.9
    longer_chosen: float = 0.65
    length_ratio: float = 1.5
    fewest_labels: int = 20
    significance: float = 0.01
    few_rows: int = 1000
    batch_size: int = 16
    fastest: float = 2.0
    reading_speed: float = 200.0
    most_reading: float = 10.0
    same_in_a_row: int = 20
    lowest_alpha: float = 0.667
    lowest_consistency: float = 0.8
    kto_ratio: float = 4 / 3

    def tokens(self, text: str) -> Sequence[Any]:
        """Give a text's tokens; its characters where there is no tokenizer."""
        if self.tokenizer is None:
            return text
        tokens = _encode(self.tokenizer, text)
        return tokens if tokens is not None else text[::CHARACTERS_PER_TOKEN]

    @property
    def limit(self) -> int:
        """The longest sequence, in what :meth:`tokens` counts."""
        each = CHARACTERS_PER_TOKEN if self.tokenizer is None else 1
        return self.max_length * each


def make_settings(**options: Any) -> Settings:
    """Check the options of a check.

    Raises:
        CheckError: one is not known or has no sensible value.

    """
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in options.items():
        if name not in kinds:
            msg = (
                f"A check has no option {name!r}; it has {', '.join(kinds)}.{guess(name, [*kinds])}"
            )
            raise CheckError(msg)
        if name == "tokenizer":
            if value is not None and _encode(value, "two words") is None:
                msg = (
                    f"The tokenizer ({type(value).__name__}) gave no tokens for the text 'two "
                    "words'. It needs encode(text), which gives token ids."
                )
                raise CheckError(msg)
        elif name == "safety_critical":
            if not isinstance(value, bool):
                msg = f"safety_critical is True or False, not {value!r}."
                raise CheckError(msg)
        elif isinstance(value, bool) or not isinstance(value, Real) or not float(value) > 0:
            msg = f"{name} is a number greater than 0, not {value!r}."
            raise CheckError(msg)
    return Settings(**options)


def _encode(tokenizer: Tokenizer, text: str) -> Sequence[Any] | None:
    """Encode without special tokens; None where the tokenizer fails, as it may on odd text."""
    whole = text.encode("utf-8", "replace").decode()
    encode: Any = getattr(tokenizer, "encode", None)
    for options in ({"add_special_tokens": False}, {}):
        try:
            tokens = encode(whole, **options)
        except Exception:  # noqa: BLE001, S112 - another library's, and of any kind
            continue
        ids = getattr(tokens, "ids", tokens)
        return list(ids) if hasattr(ids, "__iter__") else None
    return None
