"""Labeling pairs of images: shown from memory, at one scale, by the same keys."""

import re
import struct
import zlib
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from test_labeling import MOSTLY_LAB, opening

SHOWN = ".pair:not(.prepared) .response img.stored"


def png(width, height, seed):
    """A picture of stripes, without PIL."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (
        b"\0" + bytes((x * seed + y * c) % 256 for x in range(width) for c in (1, 2, 3))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(rows))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.fixture
def image_pairs(host, folder_name):
    """Five pairs of image files on the server; the first is larger than any pane."""
    folder = host.folder / f"{folder_name}-images"
    folder.mkdir()
    for n in range(5):
        (folder / f"{n}a.png").write_bytes(png(1200 if n == 0 else 300, 900, n + 1))
        (folder / f"{n}b.png").write_bytes(png(1200 if n == 0 else 200, 900, n + 9))
    return (
        f'[{{"prompt": f"Draw stripes {{n}}", "response_a": Path("{folder.name}/{{n}}a.png".format('
        f'n=n)), "response_b": {{"image": f"{folder.name}/{{n}}b.png"}}}} for n in range(5)]'
    )


def loaded(page):
    return page.widget.locator(SHOWN).evaluate_all(
        "images => images.map(i => [i.naturalWidth, i.naturalHeight, i.width, i.height])"
    )


def await_loaded(page):
    images = page.widget.locator(SHOWN)
    expect(images).to_have_count(2)
    for image in (images.first, images.last):
        expect(image).to_have_attribute("width", re.compile(r"\d+"))  # set once it is loaded
        expect(image).to_be_visible()


@MOSTLY_LAB
def test_pairs_of_images_are_labeled_by_keys_from_memory_alone(
    host, open_on, folder_name, journal_in, image_pairs
):
    page = open_on(
        host,
        "from pathlib import Path\n" + opening(folder_name, image_pairs, ", order='given'"),
    )
    asked = []
    page.page.on("request", lambda request: asked.append(request.url))
    page.run(0)
    page.focus_widget()
    await_loaded(page)
    sources = page.widget.locator(SHOWN).evaluate_all("images => images.map(i => i.src)")

    assert all(width > 0 for width, *_ in loaded(page))
    assert all(source.startswith("blob:") for source in sources)
    expect(page.widget.get_by_role("img", name="Left response image")).to_be_visible()
    for key in ("1", "2", "0"):
        page.press(key)
        await_loaded(page)
        assert all(width > 0 for width, *_ in loaded(page))
    page.press("u", "2", "1")
    page.await_saved(4)

    assert len(journal_in(host).labels()) == 5
    server = urlsplit(host.url).netloc
    assert {urlsplit(url.removeprefix("blob:")).netloc for url in asked} <= {server, ""}
    names = [path.name for path in (host.folder / folder_name / "images").iterdir()]
    assert len(names) == 10
    assert not [url for url in asked if any(name in url for name in names)]


def test_an_image_among_text_moves_no_line_when_it_comes_and_keeps_the_others_scale(
    lab, open_in_lab, folder_name
):
    folder = lab.folder / f"{folder_name}-images"
    folder.mkdir()
    for name, height in (("low", 40), ("high", 900)):
        (folder / f"{name}.png").write_bytes(png(300, height, 5))
    said = [
        f'[{{"role": "assistant", "content": [{{"type": "text", "text": "Look:"}},'
        f' {{"type": "image", "image": "{folder.name}/{name}.png"}},'
        ' {"type": "text", "text": "Below it."}]}]'
        for name in ("low", "high")
    ]
    pairs = f'[{{"prompt": "Draw", "response_a": {said[0]}, "response_b": {said[1]}}}]'
    page = open_in_lab(opening(folder_name, pairs))
    page.page.evaluate("""() => {
        window.held = new Map();
        window.stored = () => [...document.querySelector(".tiebreak-widget").shadowRoot
            .querySelectorAll("img.stored")];
        const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
        Object.defineProperty(HTMLImageElement.prototype, "src", {
            ...source, set(url) {
                const show = () => source.set.call(this, url);
                if (this.className === "stored") held.set(this, show); else show();
            } });
        window.putBack = () => Object.defineProperty(HTMLImageElement.prototype, "src", source);
    }""")
    page.run(0)
    lines = page.widget.locator(".pair:not(.prepared)").get_by_text("Below it.")
    expect(lines).to_have_count(2)
    page.page.wait_for_function("stored().length === 2 && stored().every(i => held.has(i))")
    before = [line.bounding_box() for line in lines.all()]

    page.page.evaluate("held.forEach(show => show())")
    page.page.wait_for_function("stored().every(image => image.naturalWidth > 0)")

    assert [line.bounding_box() for line in lines.all()] == before
    low, high = loaded(page)
    assert low[0] == high[0] == 300
    assert low[2] == high[2] < 300  # as the high one has room
    page.page.evaluate("putBack()")


@pytest.mark.parametrize("host", ["lab"], indirect=True)
def test_both_images_keep_one_scale_fitting_or_actual(
    host, open_on, folder_name, image_pairs, journal_in
):
    page = open_on(
        host,
        "from pathlib import Path\n" + opening(folder_name, image_pairs, ", order='given'"),
    )
    page.run(0)
    page.focus_widget()
    await_loaded(page)
    panes = page.widget.locator(".pair:not(.prepared) .response .pane-body")
    inner = panes.evaluate_all("bodies => bodies.map(b => [b.clientWidth, b.clientHeight])")

    fitting = loaded(page)
    for (_, _, width, height), (room, space) in zip(fitting, inner, strict=True):
        assert 0 < width <= room
        assert 0 < height <= space
    assert len({round(width / natural, 2) for natural, _, width, _ in fitting}) == 1

    page.press("z")
    expect(page.widget.locator(SHOWN).first).to_have_js_property("width", 1200)
    assert all([width, height] == [w, h] for width, height, w, h in loaded(page))
    panes.first.evaluate("body => body.scrollTo(90, 60)")
    page.await_frames()
    places = panes.evaluate_all("bodies => bodies.map(b => [b.scrollLeft, b.scrollTop])")
    assert [[90, 60], [90, 60]] == places

    page.widget.locator(SHOWN).last.click(position={"x": 300, "y": 200})
    expect(page.widget.locator(SHOWN).first).to_have_js_property("width", fitting[0][2])
    assert loaded(page) == fitting
    assert journal_in(host).events() == []

    page.press("1")  # 300 and 200 wide: still one scale
    await_loaded(page)
    assert len({round(width / natural, 2) for natural, _, width, _ in loaded(page)}) == 1
