"""The saved report in a browser: nothing is fetched, nothing runs, and axe has nothing to say."""

import sys
from pathlib import Path

import hosts
import numpy as np
import pandas as pd
import pytest

import tiebreak as tb
from tiebreak.worth.accessors import Stats

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from worth_samples import team

AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
AUDIT = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
    .then(found => found.violations.map(each => [each.id, each.nodes[0].html]))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_is_whole_in_both_themes_and_axe_finds_nothing(browser, tmp_path, scheme):
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in js/")
    labels, pairs = team(np.random.default_rng(3), [0.5, 0.8, 0.8, 0.8, 0.8], judge=2)
    labels["annotator"] = labels["annotator"].replace("person 1", "<img src=x onerror=alert(1)>")
    path = tb.report(labels, pairs).save(tmp_path / "report.html")
    page = browser.new_page(viewport={"width": 800, "height": 900}, color_scheme=scheme)
    asked, told = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))

    page.goto(path.as_uri())

    assert asked == [path.as_uri()]
    assert told == []
    assert page.locator("svg").count() == 9
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(f"{AXE.read_text(encoding='utf-8')}; 0")
    assert page.evaluate(AUDIT) == []
    page.evaluate("document.querySelector('p').style.color = 'rgb(128 128 128 / 50%)'")
    assert [name for name, _ in page.evaluate(AUDIT)] == ["color-contrast"]  # it would find some
    page.close()


TWO_PEOPLE = """
import tiebreak as tb

for name, always in (("anna", "a"), ("bob", "b")):
    session = tb.Session("told", tb.sample_pairs().head(12), annotator=name)
    while pair := session.next():
        session.label(pair.id, always)
    session.close()
session.report()
"""
COLOURS = """() => {
    const style = each => getComputedStyle(each);
    const report = document.querySelector(".tiebreak-worth");
    const [cells, rows] = ["td, th", "tbody tr"].map(each => [...report.querySelectorAll(each)]);
    return {
        rows: rows.length,
        paper: style(report).backgroundColor,
        said: [...new Set(cells.filter(cell => cell.matches(".says td"))
            .map(cell => style(cell).textAlign))],
        striped: rows.filter(row => style(row).backgroundColor !== "rgba(0, 0, 0, 0)").length,
        strange: cells.filter(cell => style(cell).color !== style(report).color).length,
    };
}"""


def test_the_report_can_be_read_in_a_dark_jupyterlab_whose_tables_have_stripes(lab, open_notebook):
    themes = "@jupyterlab/apputils-extension:themes"
    hosts.set_lab_setting(lab, themes, {"theme": "JupyterLab Dark"})
    try:
        notebook = open_notebook(lab, TWO_PEOPLE)
        notebook.run(0)
        notebook.page.locator(".tiebreak-worth table").last.wait_for()

        assert notebook.page.evaluate("document.body.dataset.jpThemeName") == "JupyterLab Dark"
        found = notebook.page.evaluate(COLOURS)
        assert found.pop("rows") > 10
        assert found.pop("paper") == "rgb(23, 24, 26)"
        assert found.pop("said") == ["left"]
        assert found == {"striped": 0, "strange": 0}
    finally:
        hosts.set_lab_setting(lab, themes, {})


@pytest.mark.parametrize("width", [368, 1280])
def test_a_tables_sentences_are_read_from_the_left_in_whole_lines_without_scrolling(browser, width):
    labels, pairs = team(np.random.default_rng(3), [0.5, 0.8, 0.8])
    long = "annotator-7f3a91c2-outsourced@labeling.example"
    labels["annotator"] = labels["annotator"].replace("person 1", long)
    tables = Stats(labels, pairs)
    shown = tables.posterior().people, tables.stopping(), tables.habits(), tables.bias()
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content("".join(each._repr_html_() for each in (*shown, tb.report(labels, pairs))))
    said = page.locator(".says div")
    boxes = [each.bounding_box() for each in said.all()]

    own = sum(map(len, shown))
    assert said.all_inner_texts()[:own] == [*pd.concat(shown)["says"]]
    assert len(boxes) > own + len(shown[0])
    assert all(250 < box["width"] < 760 for box in boxes)
    tables = page.locator(".tiebreak-told, .wide")
    tables.evaluate_all("tables => tables.forEach(each => each.scrollTo(999, 0))")
    boxes += [each.bounding_box() for each in (*said.all(), *page.locator("caption div").all())]
    assert all(0 <= box["x"] <= width - box["width"] for box in boxes)
    page.close()
