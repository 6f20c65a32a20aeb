"""Samples as a WAV file: 16 bits each, which every browser plays and every trainer reads."""

import io
import wave
from typing import Any

import numpy as np

_MOST_CHANNELS = 8
_MOST_A_SECOND = 768_000
_LOUDEST = 32_767


def to_wav(samples: Any, rate: Any) -> bytes:
    """Write samples as WAV.

    Args:
        samples: floats from -1 to 1 or 16-bit whole numbers, of one channel, or of several as
            rows or columns, of which there are more samples than channels.
        rate: how many of them a second has.

    Raises:
        ValueError: they are something else; the text says what and completes "audio ...".

    """
    try:
        found = np.asarray(samples)
    except ValueError:  # channels of different lengths
        found = np.asarray([])
    if found.dtype.kind not in "fi" or found.ndim not in (1, 2) or not found.size:
        msg = "whose samples are no numbers, of one channel or several"
        raise ValueError(msg)
    whole = isinstance(rate, int | np.integer) and not isinstance(rate, bool)
    if not whole or not 0 < rate <= _MOST_A_SECOND:
        msg = f"whose sampling rate is {rate!r}"
        raise ValueError(msg)
    frames = found.reshape(-1, 1) if found.ndim == 1 else found
    if frames.shape[1] > frames.shape[0]:
        frames = frames.T
    if frames.shape[1] > _MOST_CHANNELS:
        msg = f"of {frames.shape[1]} channels, more than {_MOST_CHANNELS}"
        raise ValueError(msg)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(frames.shape[1])
        file.setsampwidth(2)
        file.setframerate(int(rate))
        file.writeframes(_to_16_bits(frames).tobytes())
    return buffer.getvalue()


def _to_16_bits(frames: "np.ndarray[Any, Any]") -> Any:
    if frames.dtype.kind == "i":
        if (frames > _LOUDEST).any() or (frames < -_LOUDEST - 1).any():
            msg = "whose samples are whole numbers of more than 16 bits"
            raise ValueError(msg)
        return frames.astype("<i2")
    if not np.isfinite(frames).all():
        msg = "whose samples are not all finite"
        raise ValueError(msg)
    return np.rint(np.clip(frames, -1, 1) * _LOUDEST).astype("<i2")
