"""Where people part is decided by keyboard beside what others said, in a real JupyterLab."""

from playwright.sync_api import expect

LABELED = """import tiebreak as tb
for who, choices in {{'anna': 'aab', 'bob <i>': 'bab'}}.items():
    with tb.Session({name!r}, tb.sample_pairs(), annotator=who, order='given', seed=7,
                    reasons=['wrong fact']) as session:
        for choice in choices:
            session.label(session.next().id, choice, note='<img src=x> says ' + who,
                          reasons={{'a': ['wrong fact']}})"""
DECIDED = """session = tb.Session({name!r}, read_only=True)
parted = session.disagreements({names})
parted"""


def test_a_pair_is_decided_beside_what_others_said_and_the_next_opening_goes_on(
    open_in_lab, folder_name, lab, journal_in
):
    page = open_in_lab(
        LABELED.format(name=folder_name),
        DECIDED.format(name=folder_name, names=""),
        DECIDED.format(name=folder_name, names="names=True"),
    )
    page.run(0)
    page.run(1)
    page.widget.wait_for()
    page.focus_widget()
    votes = page.widget.get_by_role("region", name="What others said")
    expect(votes.locator(".vote")).to_have_count(2)
    expect(votes).to_contain_text("Person 1")
    expect(votes).to_contain_text("<img src=x> says anna")
    assert votes.locator("img, i").count() == 0
    page.press("2")
    page.await_saved(1)
    expect(page.widget.locator(".end .next")).to_contain_text('adjudicator="adjudicator"')
    page.press("u")
    expect(votes.locator(".vote")).to_have_count(2)
    page.press("0")
    page.await_saved(1)

    page.run(2)
    named = page.cells.nth(2).locator(".tiebreak-widget")
    expect(named.locator(".end")).to_contain_text("All 1 pairs are labeled")
    named.locator(".question").click()
    page.press("u")
    expect(named.locator(".votes")).to_contain_text("bob <i>")
    page.press("9")
    expect(named.locator(".end")).to_be_visible()
    expect(named.locator(".save-state")).to_contain_text("Saved 1")
    assert [each["preference"] for each in journal_in(lab, "adjudicator").labels()[1:]] == [
        "tie",
        "both_bad",
    ]
