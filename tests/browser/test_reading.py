"""Reading two long answers: what differs, scrolling, folding, formulas, raw text."""

import re

from playwright.sync_api import expect
from test_labeling import opening

TIDES = '"\\n\\n".join(f"Paragraph {{i}}: the tide comes {} a day." for i in range(60))'
LONG = (
    f'[{{"prompt": "Which tide? " * 300, "response_a": {TIDES.format("twice")},'
    f' "response_b": {TIDES.format("once")}}},'
    ' {"prompt": "Roots?", "response_a": "$x=\\\\sqrt{2}$ for **you**", "response_b": "none"},'
    f' {{"prompt": "Long?", "response_a": "\\n\\n".join([{TIDES.format("twice")}] * 2),'
    f' "response_b": {TIDES.format("once")}}}]'
)
# Two different answers, of which one says first what the other says last.
ANSWERS = """[{"prompt": "Gremolata?", "response_a": said[0] + "\\n\\n" + "\\n\\n".join(
        f"Bread needs patience {i} times, as every baker will tell." for i in range(40))
        + "\\n\\n" + said[2],
    "response_b": said[3] + "\\n\\n" + "\\n\\n".join(
        f"Rivers carve {i + 50} valleys slowly beside quiet towns." for i in range(40))
        + "\\n\\n" + said[1]}
    for said in [("Gremolata is an Italian condiment of chopped parsley, lemon zest and garlic.",
        "Gremolata is a chopped condiment made of lemon zest, garlic and parsley.",
        "Serve the finished sauce warm over slowly braised veal shanks with saffron risotto.",
        "Serve the sauce warm over braised veal shanks with some saffron risotto.")]]"""
# Whether all of a numbered sentence is within its pane.
SEEN = """(pane, number) => {
    const frame = pane.getBoundingClientRect();
    return [...pane.querySelectorAll(`mark[data-alike="${number}"]`)].every(mark => {
        const {top, bottom} = mark.getBoundingClientRect();
        return top >= frame.top && bottom <= frame.bottom;
    });
}"""
BODIES = ".pair:not(.prepared) .response .pane-body"


def places(page):
    return page.widget.locator(BODIES).evaluate_all("bodies => bodies.map(b => b.scrollTop)")


def test_differences_are_marked_on_both_sides_and_go_away_again(
    lab, open_in_lab, folder_name, journal_in
):
    page = open_in_lab(opening(folder_name, LONG, ", order='given'"))
    page.run(0)
    page.focus_widget()
    marks = page.widget.locator(f"{BODIES} mark")
    before = page.widget.locator(BODIES).all_inner_texts()

    page.press("d")
    expect(marks.first).to_be_visible()
    assert {text.strip() for text in marks.all_inner_texts()} == {"once", "twice"}

    page.press("d")
    expect(marks).to_have_count(0)
    assert page.widget.locator(BODIES).all_inner_texts() == before
    assert journal_in(lab).events() == []


def test_a_sentence_brings_its_counterpart_into_view_by_tab_and_by_click(open_in_lab, folder_name):
    page = open_in_lab(opening(folder_name, ANSWERS))
    page.run(0)
    page.resize(800, 800)
    page.focus_widget()
    page.press("d")
    legend = page.widget.locator(".pair:not(.prepared) .legend")
    expect(legend).to_contain_text("In both: 2 numbered sentences (click or Tab).")
    lines = "e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)"
    assert legend.evaluate(lines) < 2.5
    panes = page.widget.locator(BODIES)

    def is_seen(side, number):
        return panes.nth(side).evaluate(SEEN, number)

    def await_both(number):
        for side in (0, 1):
            page.page.wait_for_function(
                f"([pane, number]) => ({SEEN})(pane, number)",
                arg=[panes.nth(side).element_handle(), number],
            )
            mark = panes.nth(side).locator(f"mark[data-alike='{number}']").first
            expect(mark).to_have_class(re.compile(r"\bmet\b"))

    assert is_seen(0, 1)
    assert not is_seen(1, 1)
    first = panes.first.locator("mark.first").first
    for _ in range(30):
        page.press("Tab")
        if first.evaluate("mark => mark.matches(':focus')"):
            break
    expect(first).to_be_focused()
    await_both(1)

    assert not is_seen(1, 2)
    page.press("Tab")
    await_both(2)
    panes.first.evaluate("pane => { pane.scrollTop = 0 }")
    page.await_frames()
    first.click()
    await_both(1)
    page.press("1")
    page.await_saved(1)


def test_both_answers_scroll_together_by_page_keys_and_apart_when_asked(open_in_lab, folder_name):
    page = open_in_lab(opening(folder_name, LONG, ", order='given'"))
    page.run(0)
    page.focus_widget()
    panes = page.widget.locator(".pair:not(.prepared) .response")
    expect(panes.first).to_have_attribute("data-more", "")

    page.press(" ")
    one_page = places(page)
    assert one_page[0] == one_page[1] > 100
    page.press("Shift+Space")
    assert places(page) == [0, 0]

    first = page.widget.locator(BODIES).first
    first.evaluate("body => { body.scrollTop = 300 }")
    page.await_frames()
    assert abs(places(page)[1] - 300) < 30

    page.press("t")
    first.evaluate("body => { body.scrollTop = 600 }")
    page.await_frames()
    assert places(page)[1] < 400

    page.press(*["PageDown"] * 20)
    expect(panes.first).not_to_have_attribute("data-more", "")

    # Of two that differ in length the longer turns whole pages, or some of it would be passed over.
    page.press("t", "1", "1")
    page.await_frames()
    page.press(" ")
    page.await_frames()
    (pages, at), (other_pages, other_at) = page.widget.locator(BODIES).evaluate_all(
        "bodies => bodies.map(b =>"
        " [b.scrollTop / b.clientHeight, b.scrollTop / (b.scrollHeight - b.clientHeight)])"
    )
    assert round(max(pages, other_pages), 2) == 0.85
    assert abs(at - other_at) < 0.01


def test_a_long_prompt_folds_and_stays_reachable(open_in_lab, folder_name):
    page = open_in_lab(opening(folder_name, LONG, ", order='given'"))
    page.run(0)
    page.focus_widget()
    prompt = page.widget.locator(".pair:not(.prepared)").get_by_role("region", name="Prompt")
    open_height = prompt.bounding_box()["height"]

    page.press("p")
    assert prompt.bounding_box()["height"] < open_height / 2
    page.press("p")
    assert prompt.bounding_box()["height"] == open_height


def test_formulas_are_drawn_on_demand_and_raw_text_shows_what_was_written(open_in_lab, folder_name):
    page = open_in_lab(opening(folder_name, LONG, ", order='given'"))
    page.run(0)
    page.focus_widget()
    page.press("1")
    pair = page.widget.locator(".pair:not(.prepared)")
    expect(pair.locator("math msqrt")).to_be_visible()
    expect(pair.get_by_text("you", exact=True)).to_be_visible()

    page.press("r")
    expect(pair.get_by_text("$x=\\sqrt{2}$ for **you**")).to_be_visible()
    page.press("r")
    expect(pair.locator("math msqrt")).to_be_visible()


def test_a_narrow_widget_stacks_the_answers_and_names_them_by_order(open_in_lab, folder_name):
    page = open_in_lab(opening(folder_name))
    page.run(0)
    page.resize(800, 900)
    pair = page.widget.locator(".pair:not(.prepared)")
    left, right = (
        pair.get_by_role("region", name=f"{side} response").bounding_box()
        for side in ("Left", "Right")
    )

    assert left["x"] == right["x"]
    assert right["y"] > left["y"]
    expect(pair.get_by_text("First", exact=True)).to_be_visible()
    expect(pair.get_by_text("Left", exact=True)).to_be_hidden()


CODE = (
    '[{"prompt": f"Code {i}", "response_a": "```python\\nreturn None\\n```\\n\\n" * 20,'
    ' "response_b": "word " * 3000} for i in range(3)]'
)


def test_code_is_coloured_when_the_colours_come_and_nothing_moves(open_in_lab, folder_name):
    page = open_in_lab(opening(folder_name, CODE, ", order='given'"))
    # The widget itself is imported from a blob too; it is the larger one.
    page.page.evaluate("""() => {
        const urlOf = URL.createObjectURL;
        window.colours = new Promise(done => { window.letColoursCome = done });
        URL.createObjectURL = blob => urlOf.call(
            URL, blob.size < 80_000 ? new Blob(["await colours;", blob], blob) : blob);
        window.putBack = () => { URL.createObjectURL = urlOf };
    }""")
    page.run(0)
    pair = page.widget.locator(".pair:not(.prepared)")
    keywords = pair.locator(".code-keyword")
    expect(pair.locator("pre").first).to_be_visible()
    assert keywords.count() == 0
    page.widget.locator(BODIES).first.evaluate("body => { body.scrollTop = 300 }")
    body = page.widget.locator(BODIES).first
    before = body.evaluate("body => [body.scrollTop, body.scrollHeight]")

    page.page.evaluate("letColoursCome()")

    expect(keywords).to_have_count(20)
    assert body.evaluate("body => [body.scrollTop, body.scrollHeight]") == before
    page.page.evaluate("putBack()")


def test_a_pair_laid_out_ahead_is_coloured_before_it_is_shown(open_in_lab, folder_name):
    page = open_in_lab(opening(folder_name, CODE, ", order='given'"))
    page.run(0)

    expect(page.widget.locator(".pair.prepared .code-keyword")).to_have_count(2 * 20)
