"""Labels to the Hugging Face Hub: Parquet files and a dataset card, in one commit."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Unpack, cast

import pandas as pd

from tiebreak import views
from tiebreak.checks import check_pairs
from tiebreak.errors import ExportError
from tiebreak.exports.arrow import ROWS_A_BATCH
from tiebreak.exports.card import Collected, Published, write_card
from tiebreak.exports.dataset import build, prepare_table
from tiebreak.exports.media import ReadMedia
from tiebreak.exports.options import CardOptions, ExportOptions
from tiebreak.exports.preparing import ALL, Prepared
from tiebreak.exports.report import ExportReport
from tiebreak.records.pair import Pair
from tiebreak.stats.agreement import krippendorff_alpha, krippendorff_interval
from tiebreak.stats.counted import independent, winners

BYTES_A_FILE = 500_000_000

_NEEDS = "push_to_hub needs two libraries: pip install huggingface_hub datasets"


class Made(NamedTuple):
    """What is to be published.

    Attributes:
        card: the dataset card.
        splits: the rows of each.
        prepared: the labels behind them.
        notes: what is worth knowing before training on them.

    """

    card: str
    splits: dict[str, Any]
    prepared: Prepared
    notes: list[str]


def make(
    pairs: Sequence[Pair],
    labels: pd.DataFrame,
    repo_id: str,
    format: str = "trl",
    *,
    collected: Collected,
    read_media: ReadMedia | None = None,
    name_annotators: bool = False,
    license: str | None = None,
    language: Sequence[str] = (),
    measures: Mapping[str, object] | None = None,
    findings: Sequence[str] | None = None,
    **options: Unpack[ExportOptions],
) -> Made:
    """Make the rows and the card of a dataset repository, and publish nothing.

    Args:
        pairs: what was labeled.
        labels: as :func:`tiebreak.views.labels_frame` gives them.
        repo_id: ``"NAME"`` or ``"OWNER/NAME"``.
        format: one that Parquet holds.
        collected: how the labels came about, for the card.
        read_media: gives the bytes of a file that the texts refer to.
        name_annotators: whether people are named, in place of annotator-1, annotator-2 ...
        license: for the card, such as ``"cc-by-4.0"``.
        language: for the card, codes such as ``"en"``.
        measures: for the card, figures to state by name; Krippendorff's alpha by default, where
            several annotators labeled a pair.
        findings: for the card, what checks found, a sentence each; what :func:`tiebreak.check`
            finds by default.
        options: as :func:`tiebreak.exports.export` takes them.

    Raises:
        ExportError: there is nothing to publish, or an option does not fit.

    """
    asked = cast("dict[str, Any]", options)
    if not name_annotators:
        labels, asked = _pseudonymous(labels, asked)
    prepared, notes = prepare_table(pairs, labels, format, asked)
    built = build(prepared, format, read_media)
    splits = {"train": built[ALL]} if ALL in built else built
    shown = views.without_measures(labels)
    published = Published(
        repo_id.rpartition("/")[2],
        format,
        _sizes(splits),
        next(iter(splits.values())).column_names,
        pd.concat([part.judgments for part in prepared.parts.values()]),
        views.judgments_frame(shown, views.pairs_frame(pairs)),
        "tie" in prepared.format.written,
        prepared.left_out,
        prepared.policy,
        [*notes, *_say_edits(prepared.options)],
        next(iter(splits.values())).features._to_yaml_list(),  # noqa: SLF001 - as datasets' own cards
    )
    if findings is None:  # of the renamed labels, so that nobody is named by a finding
        found = check_pairs(views.pairs_frame(pairs), labels, collected.versions)
        findings = [f"{finding.rule} ({finding.severity}): {finding.what}" for finding in found]
    card = write_card(
        published,
        collected,
        license=license,
        language=language,
        measures=_measure(shown) if measures is None else measures,
        findings=findings,
    )
    return Made(card, splits, prepared, notes)


def push_to_hub(
    pairs: Sequence[Pair],
    labels: pd.DataFrame,
    repo_id: str,
    format: str = "trl",
    *,
    collected: Collected,
    read_media: ReadMedia | None = None,
    private: bool = True,
    token: str | None = None,
    endpoint: str | None = None,
    **options: Unpack[CardOptions],
) -> ExportReport:
    """Publish labels as a dataset repository; see :meth:`tiebreak.Session.push_to_hub`.

    Args:
        pairs: what was labeled.
        labels: as :func:`tiebreak.views.labels_frame` gives them.
        repo_id: ``"NAME"`` or ``"OWNER/NAME"``; made if it is not there.
        format: one that Parquet holds.
        collected: how the labels came about, for the card.
        read_media: gives the bytes of a file that the texts refer to.
        private: whether a repository made here is private.
        token: of Hugging Face; the one logged in with by default.
        endpoint: of the Hub; the one of ``HF_ENDPOINT`` or the public one by default.
        options: as :func:`make` takes them.

    Raises:
        ExportError: there is nothing to publish, an option does not fit, or the Hub refuses.

    """
    try:
        import huggingface_hub  # noqa: F401, PLC0415 - an extra
    except ImportError:
        raise ExportError(_NEEDS) from None
    made = make(
        pairs, labels, repo_id, format, collected=collected, read_media=read_media, **options
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "README.md").write_text(made.card, encoding="utf-8")
        files = [
            path for split, rows in made.splits.items() for path in _write(folder, split, rows)
        ]
        _upload(folder, repo_id, private=private, token=token, endpoint=endpoint)
    sizes = _sizes(made.splits)
    return ExportReport(
        Path(repo_id),
        format,
        sum(sizes.values()),
        made.prepared.left_out,
        made.prepared.policy,
        {} if ALL in made.prepared.parts else sizes,
        (*files, Path("README.md")),
        made.notes,
    )


def _sizes(splits: Mapping[str, Any]) -> dict[str, int]:
    return {name: len(split) for name, split in splits.items()}


def pseudonyms(labels: pd.DataFrame) -> dict[str, str]:
    """Give people names that tell nothing, in the order of first appearance.

    Judges and feedback keep theirs: they name a model or a product.
    """
    own = independent(labels)  # who decided keeps the name of that office
    people = own.loc[own["source"] == "human", "annotator"].unique().tolist()
    return {name: f"annotator-{number}" for number, name in enumerate(people, 1)}


def _pseudonymous(
    labels: pd.DataFrame, asked: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Rename people in the labels, and in what selects by their names."""
    names = pseudonyms(labels)
    renamed = labels.assign(annotator=labels["annotator"].map(lambda name: names.get(name, name)))
    changed = dict(asked)
    wanted = asked.get("annotators")
    if wanted is not None:
        listed = [wanted] if isinstance(wanted, str) else wanted
        changed["annotators"] = [names.get(name, name) for name in listed]
    if asked.get("adjudicator") is not None:
        changed["adjudicator"] = names.get(asked["adjudicator"], asked["adjudicator"])
    return renamed, changed


def _say_edits(options: Mapping[str, Any]) -> list[str]:
    if options.get("edit") != "chosen":
        return []
    return ["where an annotator improved the preferred response, `chosen` is the improved one"]


def _measure(labels: pd.DataFrame) -> dict[str, str]:
    said = independent(labels[labels["preference"] != "skip"])
    shared = said[said.duplicated("pair", keep=False)]
    of = shared["pair"], winners(shared["preference"])
    alpha = krippendorff_alpha(*of)
    if math.isnan(alpha):
        return {}
    low, high = krippendorff_interval(*of)
    told = f"{alpha:.3f} (95% interval {low:.3f} to {high:.3f})"
    return {"Krippendorff's alpha, nominal": told}


def _write(folder: Path, split: str, rows: Any) -> list[Path]:
    """Write a split as ``data/SPLIT-NNNNN-of-NNNNN.parquet``, and give the paths in the repo."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    (folder / "data").mkdir(exist_ok=True)
    metadata = rows.features.arrow_schema.metadata  # says which columns are images or audio
    table = rows.data.table.replace_schema_metadata(metadata)
    size = max(1, len(table) * BYTES_A_FILE // max(table.nbytes, BYTES_A_FILE))
    count = -(-len(table) // size)
    names = [Path(f"data/{split}-{n:05}-of-{count:05}.parquet") for n in range(count)]
    for number, name in enumerate(names):
        pq.write_table(table.slice(number * size, size), folder / name, row_group_size=ROWS_A_BATCH)
    return names


def _upload(
    folder: Path, repo_id: str, *, private: bool, token: str | None, endpoint: str | None
) -> None:
    import huggingface_hub  # noqa: PLC0415 - an extra

    api = huggingface_hub.HfApi(endpoint=endpoint, token=token)
    try:
        api.create_repo(repo_id, repo_type="dataset", private=private, exist_ok=True)
        api.upload_folder(
            repo_id=repo_id,
            repo_type="dataset",
            folder_path=folder,
            delete_patterns=["data/*.parquet"],  # of an earlier push, with other splits
            commit_message="Upload preference labels",
        )
    except Exception as error:  # noqa: BLE001 - its HTTP library, and so what that raises, changes with it
        msg = (
            f"{repo_id} was not published: {error}. Log in with huggingface_hub.login(), or give "
            "a token that may write there; nothing local was changed."
        )
        raise ExportError(msg) from None
