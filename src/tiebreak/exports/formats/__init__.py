"""The formats that there are, by name."""

from tiebreak.errors import ExportError
from tiebreak.exports.format import Format
from tiebreak.exports.formats import (
    argilla,
    axolotl,
    kto,
    label_studio,
    llama_factory,
    nemo_rl,
    openai,
    openrlhf,
    raw,
    torchtune,
    trl,
    verl,
)

_TABLES = (".jsonl", ".parquet", ".csv")

FORMATS = {
    "trl": Format(trl.rows, trl.unfit, suffixes=_TABLES, media="embedded"),
    "kto": Format(kto.rows, written=kto.WRITTEN, suffixes=_TABLES, rows_each=2),
    "openai": Format(openai.rows, openai.unfit, suffixes=(".jsonl",)),
    "axolotl": Format(axolotl.rows, axolotl.unfit, suffixes=(".jsonl", ".parquet", ".json")),
    "llama_factory": Format(
        llama_factory.rows,
        llama_factory.unfit,
        suffixes=(".json", ".jsonl"),
        beside=llama_factory.beside,
    ),
    "openrlhf": Format(openrlhf.rows, suffixes=_TABLES),
    "nemo_rl": Format(nemo_rl.rows),
    "torchtune": Format(torchtune.rows, torchtune.unfit, suffixes=(".jsonl", ".parquet", ".json")),
    "verl": Format(verl.rows, verl.unfit, suffixes=(".parquet",)),
    "argilla": Format(
        argilla.rows,
        written=argilla.WRITTEN,
        suffixes=(".json",),
        by_pair=True,
        beside=argilla.beside,
    ),
    "label_studio": Format(
        label_studio.rows,
        written=label_studio.WRITTEN,
        suffixes=(".json",),
        by_pair=True,
        beside=label_studio.beside,
    ),
    "raw": Format(
        raw.rows,
        written=raw.WRITTEN,
        suffixes=(".jsonl",),
        by_pair=True,
        again=True,
        media="named",
    ),
}


def find_format(name: str) -> Format:
    """Give the format of a name.

    Raises:
        ExportError: there is none; the message names those there are.

    """
    if name not in list(FORMATS):  # which takes a name that cannot be a key
        msg = f"There is no format {name!r}; there are {', '.join(FORMATS)}."
        raise ExportError(msg)
    return FORMATS[name]
