"""The formats that there are, by name."""

from tiebreak.errors import ExportError
from tiebreak.exports.format import Format
from tiebreak.exports.formats import (
    argilla,
    axolotl,
    kto,
    label_studio,
    llama_factory,
    ms_swift,
    nemo_rl,
    openai,
    openrlhf,
    raw,
    torchtune,
    trl,
    verl,
)
from tiebreak.wording import guess, say

_TABLES = (".jsonl", ".parquet", ".csv")

_ONLY_TEXT: frozenset[str] = frozenset()
_SHOWN = frozenset({"tool_calls"})  # written as text

FORMATS = {
    "trl": Format(
        trl.rows,
        trl.unfit,
        suffixes=_TABLES,
        media="embedded",
        arguments="decoded",
        tools=True,
    ),
    "kto": Format(
        kto.rows,
        written=kto.WRITTEN,
        suffixes=_TABLES,
        rows_each=2,
        arguments="decoded",
        tools=True,
    ),
    "openai": Format(
        openai.rows,
        openai.unfit,
        openai.notes,
        suffixes=(".jsonl",),
        arguments="encoded",
        tools=True,
        strict=True,
    ),
    "axolotl": Format(
        axolotl.rows,
        axolotl.unfit,
        axolotl.notes,
        suffixes=(".jsonl", ".parquet", ".json"),
        keeps=_ONLY_TEXT,
    ),
    "llama_factory": Format(
        llama_factory.rows,
        llama_factory.unfit,
        suffixes=(".json", ".jsonl"),
        beside=llama_factory.beside,
        keeps=frozenset({"tool_calls"}),
        arguments="decoded",
        tools=True,
    ),
    "ms_swift": Format(ms_swift.rows, ms_swift.unfit, keeps=_ONLY_TEXT),
    "openrlhf": Format(openrlhf.rows, suffixes=_TABLES, arguments="decoded"),
    "nemo_rl": Format(nemo_rl.rows, arguments="decoded", tools=True),
    "torchtune": Format(
        torchtune.rows,
        torchtune.unfit,
        suffixes=(".jsonl", ".parquet", ".json"),
        keeps=_ONLY_TEXT,
    ),
    "verl": Format(verl.rows, verl.unfit, suffixes=(".parquet",), keeps=_ONLY_TEXT),
    "argilla": Format(
        argilla.rows,
        notes=argilla.notes,
        keeps=_SHOWN,
        written=argilla.WRITTEN,
        suffixes=(".json",),
        by_pair=True,
        beside=argilla.beside,
    ),
    "label_studio": Format(
        label_studio.rows,
        notes=label_studio.notes,
        keeps=_SHOWN,
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


_TRAINED_BY_TRL = frozenset({"dpo", "ipo", "orpo", "cpo", "simpo", "reward", "rm", "hf"})


def find_format(name: str) -> Format:
    """Give the format of a name.

    Raises:
        ExportError: there is none; the message names those there are.

    """
    if not isinstance(name, str) or name not in FORMATS:
        near, names = guess(name, [*FORMATS]), ", ".join(FORMATS)
        there = f".{near} There are {names}." if near else f"; there are {names}."
        msg = f"There is no format {say(name)}{there}"
        if isinstance(name, str) and name.lower() in _TRAINED_BY_TRL:
            msg += " What trains by pairs, such as DPO, reads 'trl'."
        raise ExportError(msg)
    return FORMATS[name]
