"""Runs the rules over a table. Each row is looked at once and let go."""

from tqdm.auto import tqdm

from tiebreak.checks.facts import Facts, Table, is_judged, read_item
from tiebreak.checks.finding import SEVERITIES, Finding, Problem, found
from tiebreak.checks.options import Settings
from tiebreak.checks.report import CheckReport
from tiebreak.checks.rules import OF_ROWS, OF_THE_WHOLE


def run(table: Table, settings: Settings) -> CheckReport:
    """Run all rules.

    Raises:
        CheckError: the source breaks off while it is read.

    """
    facts = Facts(table)
    hits: dict[Problem, list[object]] = {}
    judged = is_judged(table)
    with tqdm(total=table.total, desc="checking", unit=" rows", delay=1, leave=False) as bar:
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
    findings.sort(key=_order)
    return CheckReport(table.name, len(facts.names), tuple(findings))


def _take_labels(table: Table, facts: Facts) -> None:
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
