"""Runs the rules over a table. Each row is looked at once and let go."""

from collections.abc import Mapping
from dataclasses import replace

from tiebreak.checks.facts import Facts, Opened, is_judged, read_item
from tiebreak.checks.finding import SEVERITIES, Finding, Problem, found
from tiebreak.checks.options import Settings
from tiebreak.checks.report import CheckReport
from tiebreak.checks.rules import OF_ROWS, OF_THE_WHOLE
from tiebreak.wording import progress_bar

REFUSED = Problem(
    "P00",
    "error",
    "",
    "tiebreak.read_pairs refuses what it cannot read, and so does a session.",
    "Mend or drop these rows; on_error='skip' leaves them out.",
)
SKIPPED = REFUSED._replace(
    severity="warning",
    why="They are left out, as on_error='skip' asks for.",
    remedy="Mend them if they are to count.",
)
UNREADABLE = REFUSED._replace(
    why="So tiebreak.read_pairs refuses it as a whole.", remedy="Mend this first."
)
# Their errors say of a row what reading says of it, and more.
_SAY_AS_MUCH = ("P02", "P06", "P18", "P19")


def run(table: Opened, settings: Settings) -> CheckReport:
    """Run all rules."""
    facts = Facts(table)
    hits: dict[Problem, list[object]] = {}
    judged = is_judged(table)
    with progress_bar("checking", "rows", total=table.total) as bar:
        for name, cells in table.rows:
            item = read_item(name, cells, table.shape)
            for _, rule in OF_ROWS:
                for problem in rule(item, settings):
                    hits.setdefault(problem, []).append(name)
            place = facts.add(item)
            if judged or table.shape.kind == "unpaired":
                facts.labels.add(place, cells, table.shape)
            bar.update()
    _take_labels(table, facts)
    for problem, rows in table.noticed.items():
        hits.setdefault(problem, []).extend(rows)
    findings = [found(problem, rows) for problem, rows in hits.items()]
    for _, whole_rule in OF_THE_WHOLE:
        findings += whole_rule(facts, settings)
    if table.sources is not None:
        findings = [_of_source(finding, table.sources) for finding in findings]
    findings += _refusals(table, findings)
    findings.sort(key=_order)
    return CheckReport(
        *(table.name, len(facts.names), tuple(findings)),
        layout=table.counted.layout,
        pairs=table.counted.pairs,
        labels=table.counted.labels,
        notes=table.notes,
    )


def take_in(table: Opened) -> Facts:
    """Take all rows and labels in, for rules of the whole alone."""
    facts = Facts(table)
    for name, cells in table.rows:
        facts.add(read_item(name, cells, table.shape))
    _take_labels(table, facts)
    return facts


def _refusals(table: Opened, findings: list[Finding]) -> list[Finding]:
    """Say what reading refuses, but of rows of which an error says as much."""
    told = {
        repr(row)
        for finding in findings
        if finding.severity == "error" and finding.rule in _SAY_AS_MUCH
        for row in finding.rows
    }
    problem = SKIPPED if table.skips else REFUSED
    refusals = []
    for what, names in table.refused.items():
        rows = [name for name in names if repr(name) not in told]
        if rows:
            refusals.append(found(problem._replace(what=what), rows))
    whole = [
        Finding(UNREADABLE.rule, UNREADABLE.severity, what, UNREADABLE.why, UNREADABLE.remedy)
        for what in dict.fromkeys(table.unreadable)
    ]
    return whole + refusals


def _of_source(finding: Finding, sources: Mapping[object, object]) -> Finding:
    """Name the rows of the source, once each, in place of the pairs that come from them."""
    rows = {repr(row): row for row in (sources.get(name, name) for name in finding.rows)}
    return replace(finding, rows=list(rows.values()))


def _take_labels(table: Opened, facts: Facts) -> None:
    """Take labels that stand apart, each under the position of its row."""
    if table.labels is None:
        return
    places = {name: place for place, name in enumerate(facts.names)}
    for _, cells in table.labels:
        place = places.get(cells.get("pair"))
        if place is not None:
            facts.labels.add(place, cells, table.shape)


def _order(finding: Finding) -> tuple[int, str]:
    return SEVERITIES.index(finding.severity), finding.rule
