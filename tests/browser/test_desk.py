"""Sitting at it for hours: the texts have most of the room, and the keys are in view."""

import hosts
import pytest
from playwright.sync_api import expect
from test_accessibility import AXE, FIND, THEMES, choose_theme

STUDY = """import tiebreak as tb
said = lambda who: "\\n\\n".join(
    f"**{who} {i}.** The tide comes twice a day, because the Earth turns once under two bulges of"
    " water: one faces the moon, and one is on the far side of it." for i in range(12))
pairs = [dict(id=f"p{i}", response_a=said("One"), response_b=said("Other"),
    prompt="Explain the tides to a class of twelve-year-olds who live far from the sea. Use no"
    " formula, and name the moon before the sun. End with one question that the class can answer"
    " by an experiment in a bowl of water.", model_a="new", model_b="old") for i in range(30)]
session = tb.Session("desk", pairs, annotator="rater-1", seed=3, order="given", scale="graded",
    question="Which response explains it better to this class, and keeps to what was asked?",
    criteria={"helpful": "Does it do what was asked?", "honest": "Is every claim true?"},
    reasons=["wrong fact", "ignores the question", "too long", "too short", "unclear", "rude",
             "repeats itself", "good example", "better order", "invents sources"],
    flags=True, principles={"What a careful teacher says": "Patient.", "What a child gets": ""},
    guidelines="# Read\\n\\nboth.", note_required=["both_bad"], pace=True, too_fast="warn",
    reveal_models=True, stopping=True)
session"""
BELOW = "\n".join(f"# {line}" for line in range(40))

# Height of the texts as a share of the widget's; and whether every verdict is in the window.
MEASURE = """host => {
    const all = selector => [...host.shadowRoot.querySelectorAll(selector)];
    const box = element => element.getBoundingClientRect();
    const view = host.ownerDocument.defaultView;
    const pair = ".pair:not(.prepared)";
    const [one, other] = all(`${pair} .response .pane-body`).map(box);
    const answers = one.left === other.left ? one.height + other.height : one.height;
    const prompt = box(all(`${pair} .prompt .pane-body`)[0]).height;
    const panel = host.closest(".jp-WindowedPanel-outer, .jp-LinkedOutputView");
    const shown = host.dataset.place || !panel ? {top: 0, bottom: view.innerHeight} : box(panel);
    const isShown = ({top, bottom}) => top >= shown.top && bottom <= shown.bottom;
    return {
        width: box(host).width,
        height: box(host).height,
        answers: answers / box(host).height,
        texts: (answers + prompt) / box(host).height,
        areVerdictsShown: all(".controls .control").map(box).every(isShown),
        rows: new Set(all(".criterion").map(row => box(row).top)).size,
        header: box(all(".header")[0]).height,
        column: box(all(`${pair} .response`)[0]).width,
    };
}"""
SIZES = {
    "1280x800 beside the sidebar": (1280, 800, True, 0.6),
    "1440x900 beside the sidebar": (1440, 900, True, 0.6),
    "605 px wide": (785, 800, False, 0.45),
}
# By what keys each state is reached, and left again.
STATES = {
    "ticks open": (["a", "Shift+c"], ["a", "Shift+c", "Escape"]),
    "a note begun": (["n", "x"], ["Backspace", "Escape"]),
    "a choice that waits": (["1", "1", "9", "Escape"], ["u"]),
}


@pytest.fixture(scope="module")
def desk(browser, lab):
    """A session with everything on, in a notebook of several cells."""
    hosts.write_notebook(lab.folder, "desk.ipynb", [STUDY, BELOW, BELOW])
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    page = hosts.NotebookPage(context.new_page(), lab, "desk.ipynb")
    page.run(0)
    yield page
    page.shut_kernel_down()
    context.close()


@pytest.fixture
def at_work(desk):
    """The same page, in its usual size, with the keys in the widget."""
    desk.resize(1280, 800)
    desk.focus_widget()
    shown = desk.shown_pair()
    yield desk
    # The next test finds another pair, of which nothing is said yet.
    if desk.widget.is_visible():
        desk.widget.focus()
        desk.press("Escape", "Escape")
        desk.widget.focus()
        desk.press("s")
        expect(desk.widget.locator(".pair:not(.prepared)")).not_to_have_attribute(
            "data-pair", shown
        )


def measured(page):
    page.await_frames()
    return page.widget.evaluate(MEASURE)


@pytest.mark.parametrize("size", SIZES)
def test_texts_have_most_of_the_room_and_the_verdicts_are_in_view_with_everything_on(at_work, size):
    width, height, sidebar, share = SIZES[size]
    page = at_work
    page.resize(width, height)
    if not sidebar:
        page.press("Control+b")
        page.page.wait_for_function(
            "() => document.querySelector('.tiebreak-widget').clientWidth > 560"
        )
    page.focus_widget()
    found = {"": measured(page)}
    for state, (there, back) in STATES.items():
        page.press(*there)
        found[state] = measured(page)
        page.press(*back)
    if not sidebar:
        page.press("Control+b")

    for state, seen in found.items():
        assert seen["areVerdictsShown"], (state, seen)
        assert seen["texts"] >= share - 0.005, (state, seen)
        assert seen["header"] <= 42, (state, seen)
    assert found[""]["answers"] >= share, found[""]
    assert found[""]["rows"] == (1 if sidebar else 2)
    assert found[""]["width"] == (pytest.approx(605, abs=5) if not sidebar else found[""]["width"])


# What is shown in part: toggles, a note or a verdict over the edge of what holds them.
CUT = """host => {
    const all = selector => [...host.shadowRoot.querySelectorAll(selector)];
    const inside = (part, whole) => part.left >= whole.left - 1 && part.right <= whole.right + 1
        && part.top >= whole.top - 1 && part.bottom <= whole.bottom + 1;
    const box = element => element.getBoundingClientRect();
    const row = box(all(".toggles")[0]);
    const shown = all(".toggle").filter(each => box(each).width > 0 && box(each).top < row.bottom);
    const held = [...all(".note textarea").map(each => [each, box(all(".remarks")[0])]),
        ...all(".controls .control").map(each => [each, box(host)]),
        ...shown.map(each => [each, row]),
        ...all(".recent [role=status]").map(each => [each, box(all(".recent")[0])])];
    const cut = held.filter(([each, whole]) => !inside(box(each), whole));
    return cut.map(([each]) => each.className);
}"""


def test_nothing_is_cut_in_a_narrow_cell_nor_in_a_narrow_full_window(at_work):
    page = at_work
    page.press("7")
    expect(page.widget.locator(".recent [role=status]")).to_have_text("models not told apart yet")
    page.resize(800, 800)
    page.focus_widget()
    page.press("n", *"a note that grows " * 5)
    seen = measured(page)
    assert seen["width"] < 400
    assert page.widget.evaluate(CUT) == []
    verdicts = page.widget.locator(".verdicts .control")
    assert len(set(verdicts.evaluate_all("all => all.map(each => each.offsetHeight)"))) == 1
    assert seen["areVerdictsShown"]
    assert seen["texts"] >= 0.45
    page.press("Control+a", "Backspace", "Escape", "Shift+f")
    for width in (390, 605, 800):
        page.resize(width, 800)
        assert page.widget.evaluate(CUT) == [], width
        seen = measured(page)
        assert seen["areVerdictsShown"], width
        assert seen["texts"] >= 0.55, width
        for what in ("help", "full"):
            # Not in a second row, of which nothing is seen.
            is_shown = "(toggle, row) => toggle.getBoundingClientRect().top < row.bottom"
            row = page.widget.locator(".toggles").evaluate(
                "e => e.getBoundingClientRect().toJSON()"
            )
            toggle = page.widget.locator(f".toggle-{what}")
            assert toggle.evaluate(is_shown, row), (what, width)
    page.press("Escape")
    page.resize(1280, 800)


def test_it_comes_into_view_whole_when_it_gets_the_focus_and_says_when_it_has_not(at_work):
    page = at_work
    away = page.widget.locator(".pair:not(.prepared) .away")
    expect(away).to_be_hidden()
    page.cells.last.locator(".cm-content").click()
    page.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
    expect(away).to_be_visible()
    expect(away).to_have_text("Click here to use the keys")
    idle = page.widget.locator(".tick-line .key").evaluate("e => getComputedStyle(e).borderColor")
    assert not measured(page)["areVerdictsShown"]

    away.click()
    page.page.wait_for_function(
        "() => document.querySelector('.tiebreak-widget').getBoundingClientRect().bottom"
        " <= document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect().bottom + 1"
    )
    assert measured(page)["areVerdictsShown"]
    expect(away).to_be_hidden()
    chip = page.widget.locator(".tick-line .key")
    assert chip.evaluate("e => getComputedStyle(e).borderColor") != idle


def test_the_line_says_what_is_ticked_and_opens_at_a_letter_until_the_next_pair(at_work):
    page = at_work
    line = page.widget.locator(".tick-line")
    expect(line).to_have_attribute("aria-expanded", "false")
    page.press("a", "Shift+b")
    expect(line).to_have_attribute("aria-expanded", "true")
    expect(line).to_contain_text("Left: wrong fact", use_inner_text=True)
    expect(line).to_contain_text("Right: ignores the question", use_inner_text=True)
    page.press("Shift+t")
    expect(page.widget.locator(".ticks")).to_have_count(0)
    expect(line).to_contain_text("Left: wrong fact", use_inner_text=True)
    page.press("a")
    expect(page.widget.locator(".ticks")).to_be_visible()

    page.press("1", "1", "1")
    expect(page.widget.locator(".ticks")).to_have_count(0)
    expect(line).not_to_contain_text("Right:", use_inner_text=True)
    page.press("u")
    expect(line).to_contain_text("Right: ignores the question", use_inner_text=True)


def test_a_long_prompt_is_read_to_its_last_line_by_key_and_says_that_there_is_more(at_work):
    page = at_work
    page.resize(1000, 800)
    page.press(*"+" * 11)
    prompt = page.widget.locator(".pair:not(.prepared) .prompt")
    body = prompt.locator(".pane-body")
    cue = prompt.locator(".cue")
    expect(prompt).to_have_attribute("data-more", "")
    expect(cue).to_be_visible()
    left = "b => Math.round(b.scrollHeight - b.clientHeight - b.scrollTop)"
    whole, window = body.evaluate("b => [b.scrollHeight, b.clientHeight]")
    places = [0]
    while body.evaluate(left) > 0:
        page.press("Shift+p")
        places.append(body.evaluate("b => b.scrollTop"))
        assert places[-2] < places[-1] <= places[-2] + window, "no line is passed over"
    assert len(places) >= whole // window
    expect(prompt).not_to_have_attribute("data-more", "")
    page.press("Shift+p")
    assert body.evaluate("b => b.scrollTop") == 0
    # Beside the text and never over it.
    beside, text = cue.bounding_box(), body.bounding_box()
    assert beside["x"] + beside["width"] <= text["x"]
    page.press(*"-" * 11)


def test_full_window_keeps_what_was_done_and_comes_back_by_escape(at_work):
    page = at_work
    before = page.widget.bounding_box()
    body = page.widget.locator(".pair:not(.prepared) .response .pane-body").first
    page.press("a", "7", " ")
    scrolled = body.evaluate("b => b.scrollTop")
    assert scrolled > 0
    page.press("Shift+f")
    assert page.widget.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 800}
    expect(page.widget).to_be_focused()
    assert body.evaluate("b => b.scrollTop") > 0
    expect(page.widget.locator(".tick-line")).to_contain_text(
        "Left: wrong fact", use_inner_text=True
    )
    expect(page.widget.get_by_role("radio", name="Right").first).to_be_checked()
    seen = measured(page)
    assert seen["texts"] >= 0.6
    assert seen["areVerdictsShown"]
    assert page.page.evaluate(
        "() => [[5, 5], [1275, 795], [5, 795], [1275, 5]].every(([x, y]) =>"
        " document.elementFromPoint(x, y).matches('.tiebreak-widget'))"
    ), "nothing of the notebook lies over it"

    # Where not all fits, what tells all keys does.
    page.resize(800, 800)
    page.await_frames()
    row = page.widget.locator(".toggles").bounding_box()
    for_help = page.widget.locator(".toggle-help").bounding_box()
    assert row["y"] <= for_help["y"] < row["y"] + row["height"]

    # A line stays as long as it is easily read: about 70 characters.
    page.resize(2200, 900)
    page.await_frames()
    line = page.widget.locator(".pair:not(.prepared) .response p").first
    assert line.evaluate("p => p.clientWidth") < 620
    left, right = (
        box.bounding_box() for box in page.widget.locator(".pair:not(.prepared) .response").all()
    )
    assert left["x"] == pytest.approx(2200 - right["x"] - right["width"], abs=2)
    page.resize(1280, 800)
    shown = page.shown_pair()
    page.press("1", "1")
    assert page.shown_pair() != shown
    page.press("u")
    assert page.shown_pair() == shown
    page.press("a", "Escape", "Escape")
    expect(page.widget).not_to_have_attribute("data-place", "full")
    page.await_frames()
    assert page.widget.bounding_box() == before
    expect(page.widget).to_be_focused()

    page.widget.get_by_role("button", name="Full window").click()
    assert page.widget.bounding_box()["width"] == 1280
    page.widget.get_by_role("button", name="Full window").click()
    assert page.widget.bounding_box() == before


def test_a_floating_window_hears_the_keys_and_gives_the_widget_back_when_it_closes(at_work):
    page = at_work
    if not page.page.evaluate("'documentPictureInPicture' in window"):
        expect(page.widget.get_by_role("button", name="Floating window")).to_have_count(0)
        pytest.skip("This browser has no floating windows.")
    with page.page.context.expect_page() as opened:
        page.press("Shift+l")
    floating = opened.value
    widget = floating.locator(".tiebreak-widget")
    expect(widget).to_be_focused()
    expect(widget).to_have_css("background-color", "rgb(255, 255, 255)")
    shown = widget.locator(".pair:not(.prepared)").get_attribute("data-pair")
    for key in ("7", "7", "7"):
        floating.keyboard.press(key)
    expect(widget.locator(".pair:not(.prepared)")).not_to_have_attribute("data-pair", shown)
    expect(widget.locator(".recent")).to_contain_text("Right is much better", use_inner_text=True)
    expect(page.widget).to_contain_text("floating window")

    floating.close()
    expect(page.widget).to_be_focused()
    page.press("u")
    assert page.shown_pair() == shown


def test_the_reading_size_is_changed_by_key_and_kept_by_the_browser(at_work):
    page = at_work
    size = "h => getComputedStyle(h.shadowRoot.querySelector('.content')).fontSize"
    assert page.widget.evaluate(size) == "15px"
    page.press("+", "+", "+", "-")
    assert page.widget.evaluate(size) == "17px"
    assert page.page.evaluate("localStorage.getItem('tiebreak-reading-size')") == "17"
    page.save()
    page.reload()
    expect(page.widget.locator(".pair:not(.prepared) .content").first).to_be_visible()
    assert page.widget.evaluate(size) == "17px"
    page.focus_widget()
    page.press("-", "-")
    assert page.widget.evaluate(size) == "15px"


def test_verdicts_are_in_view_in_panels_above_each_other_and_side_by_side(at_work):
    page = at_work
    page.widget.locator(".question").click(button="right")
    page.page.locator(".lm-Menu-item", has_text="Create New View for Cell Output").click()
    widgets = page.page.locator(".tiebreak-widget")
    expect(widgets).to_have_count(2)
    expect(widgets.last.locator(".question")).to_be_visible()

    def look_at_both():
        for widget in widgets.all():
            widget.locator(".question").click()
            page.await_frames()
            seen = widget.evaluate(MEASURE)
            assert seen["areVerdictsShown"], seen
            assert seen["answers"] > 0.25, seen

    look_at_both()
    tab = page.page.locator(".lm-TabBar-tab", has_text="Output View")
    panel = page.page.locator(".jp-NotebookPanel").bounding_box()
    tab.hover()
    page.page.mouse.down()
    page.page.mouse.move(panel["x"] + panel["width"] - 12, panel["y"] + 120, steps=8)
    page.page.mouse.up()
    page.page.wait_for_function(
        "() => document.querySelector('.jp-NotebookPanel').clientHeight > 500"
    )
    look_at_both()
    page.page.locator(".lm-TabBar-tab", has_text="Output View").locator(
        ".lm-TabBar-tabCloseIcon"
    ).click()
    expect(widgets).to_have_count(1)


def test_axe_finds_nothing_in_any_state_of_the_desk(at_work):
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in js/")
    page = at_work
    page.page.add_script_tag(path=AXE)
    page.page.add_style_tag(content="body { overflow: visible !important }")
    states = {**{name: keys for name, (keys, _) in STATES.items()}, "full window": ["Shift+f"]}
    back = {**{name: keys for name, (_, keys) in STATES.items()}, "full window": ["Escape"]}
    found = []

    def look(what):
        problems = page.page.evaluate(FIND, [[page.widget.element_handle()], {}])
        found.extend(f"{what}: {problem}" for problem in problems)

    for theme in [*THEMES, "forced colors"]:
        if theme == "forced colors":
            choose_theme(page.page, THEMES[0])
            page.page.emulate_media(forced_colors="active")
        else:
            choose_theme(page.page, theme)
        look(f"{theme}, without the focus")
        page.focus_widget()
        for state, keys in states.items():
            page.press(*keys)
            look(f"{theme}, {state}")
            page.press(*back[state])
    page.page.emulate_media(forced_colors="none")

    assert not found, "\n".join(found)
