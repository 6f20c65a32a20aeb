"""Labeling pairs of audio: played from memory, one side at a time, by keys."""

import io
import math
import struct
import wave
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from test_labeling import opening

CURRENT = ".pair:not(.prepared)"
# Seconds of sound: long enough to be met while it plays, short enough to be waited for.
LONG, SHORT = 30, 0.5


def tone(seconds, pitch):
    """A WAV file of a tone, without NumPy."""
    count = int(8_000 * seconds)
    samples = (int(9_000 * math.sin(n * pitch / 8_000 * math.tau)) for n in range(count))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return buffer.getvalue()


@pytest.fixture
def open_audio(open_on, folder_name):
    """Opens a session of three pairs of audio files on the server, each side of some length."""

    def open_pairs(host, left, right, more="", prompt='"Say hello"'):
        folder = host.folder / f"{folder_name}-audio"
        folder.mkdir()
        for n in range(3):
            (folder / f"{n}a.wav").write_bytes(tone(left, 300 + n))
            (folder / f"{n}b.wav").write_bytes(tone(right, 500 + n))
        pairs = (
            f'[{{"prompt": {prompt}, "response_a": Path("{folder.name}", f"{{n}}a.wav"),'
            f' "response_b": {{"audio": f"{folder.name}/{{n}}b.wav"}}}} for n in range(3)]'
        )
        page = open_on(host, "from pathlib import Path\n" + opening(folder_name, pairs, more))
        # Every media element, whether it is in the document or not.
        page.page.evaluate("""() => {
            window.sounds = new Set();
            const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "src");
            Object.defineProperty(HTMLMediaElement.prototype, "src", {
                ...source, set(url) { sounds.add(this); source.set.call(this, url); } });
        }""")
        return page

    return open_pairs


def playing(page):
    return page.page.evaluate("[...sounds].filter(s => !s.paused && !s.ended).length")


def button(page, name):
    return page.widget.locator(CURRENT).get_by_role("button", name=name, exact=True)


def await_players(page):
    for side in ("left", "right"):
        slider = page.widget.locator(CURRENT).get_by_role("slider", name=f"Position in {side}")
        expect(slider).to_be_enabled()  # its length is known


def test_audio_is_played_one_side_at_a_time_by_keys_and_from_memory_alone(
    lab, open_audio, folder_name, journal_in
):
    page = open_audio(lab, LONG, LONG)
    asked = []
    page.page.on("request", lambda request: asked.append(request.url))
    page.run(0)
    page.focus_widget()
    await_players(page)
    assert page.page.evaluate("[...sounds].every(s => s.src.startsWith('blob:'))")
    assert playing(page) == 0

    page.press(",")
    expect(button(page, "Pause left")).to_be_visible()
    page.page.wait_for_function("[...sounds].some(s => s.currentTime > 0)")
    page.press(".")
    expect(button(page, "Pause right")).to_be_visible()
    expect(button(page, "Play left")).to_be_visible()
    assert playing(page) == 1
    page.press("/")
    expect(button(page, "Play right")).to_be_visible()
    assert playing(page) == 0

    right = page.widget.locator(CURRENT).get_by_role("slider", name="Position in right")
    right.fill("12")
    page.focus_widget()
    page.press("/")
    expect(button(page, "Pause right")).to_be_visible()
    expect(right).to_have_attribute("aria-valuetext", "0:12 of 0:30")
    page.press("<")
    expect(right).to_have_attribute("aria-valuetext", "0:07 of 0:30")

    page.press("1")  # the next pair, in silence
    await_players(page)
    assert playing(page) == 0
    assert page.page.evaluate("[...sounds].filter(s => s.hasAttribute('src')).length") == 2
    page.press("2", "0")
    expect(page.widget.locator(".save-state")).to_contain_text("Saved 3")

    assert len(journal_in(lab).labels()) == 3
    server = urlsplit(lab.url).netloc
    assert {urlsplit(url.removeprefix("blob:")).netloc for url in asked} <= {server, ""}
    names = [path.name for path in (lab.folder / folder_name / "audio").iterdir()]
    assert len(names) == 6
    assert not [url for url in asked if any(name in url for name in names)]


def test_it_is_said_which_side_was_not_heard_to_the_end(lab, open_audio):
    page = open_audio(lab, SHORT, SHORT)
    page.run(0)
    page.focus_widget()
    await_players(page)
    status = page.widget.locator(f"{CURRENT} .listening-status")
    expect(status).to_have_text("Not heard to the end: Left, Right.", use_inner_text=True)

    page.press(",")
    expect(status).to_have_text("Not heard to the end: Right.", use_inner_text=True)
    page.press(".")
    expect(status).to_have_text("All heard to the end.", use_inner_text=True)

    page.press("1")
    expect(status).to_have_text("Not heard to the end: Left, Right.", use_inner_text=True)
    page.press("u")
    expect(status).to_have_text("All heard to the end.", use_inner_text=True)


def test_one_volume_holds_for_both_sides_and_the_next_pair(lab, open_audio):
    page = open_audio(lab, LONG, LONG)
    page.run(0)
    page.focus_widget()
    await_players(page)
    volume = page.widget.locator(CURRENT).get_by_role("slider", name="Volume")

    volume.focus()
    page.press(*["ArrowLeft"] * 4)
    expect(volume).to_have_value("80")
    assert page.page.evaluate("[...sounds].map(s => s.volume)") == [0.8, 0.8]

    page.press("1")  # the slider has the focus, and a choice is still a choice
    await_players(page)
    expect(volume).to_have_value("80")
    assert page.page.evaluate("[...sounds].every(s => s.volume === 0.8)")


def test_a_prompt_may_be_heard_and_keys_of_ones_own_play(lab, open_audio, folder_name):
    prompt = (
        '[{"role": "user", "content": [{"type": "text", "text": "What is this?"}, '
        f'{{"type": "audio", "audio": "{folder_name}-audio/{{n}}a.wav".format(n=n)}}]}}]'
    )
    page = open_audio(lab, LONG, LONG, ", keys={'play_left': 'q'}", prompt)
    page.run(0)
    page.focus_widget()
    await_players(page)

    button(page, "Play prompt").click()
    expect(button(page, "Pause prompt")).to_be_visible()
    page.press("q")
    expect(button(page, "Pause left")).to_be_visible()
    expect(button(page, "Play prompt")).to_be_visible()
    assert playing(page) == 1

    page.press("?")
    help_panel = page.widget.locator(".keys")
    expect(help_panel).to_contain_text("Play or pause left")
    expect(help_panel).to_contain_text("Listen")


def test_sound_that_cannot_be_had_says_why_and_the_pair_is_labeled_all_the_same(
    lab, open_audio, folder_name
):
    page = open_audio(lab, SHORT, SHORT)
    page.run(0)
    page.focus_widget()
    await_players(page)
    for path in (lab.folder / folder_name / "audio").iterdir():
        path.write_bytes(b"RIFF\0\0\0\0WAVEbroken")

    page.press("1", "1")  # the second was asked for in time, perhaps; the third was not
    current = page.widget.locator(CURRENT)
    expect(current.locator(".player-heard").first).to_contain_text("Cannot be played")
    page.press("0")
    expect(page.widget.locator(".save-state")).to_contain_text("Saved 3")
