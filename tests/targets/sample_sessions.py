"""Sessions whose texts are hard to carry, and what a target should see of them."""

import sys
from pathlib import Path

import tiebreak as tb
from tiebreak.exports.calls import read_object

sys.path.insert(0, str(Path(__file__).parent / "takers"))
from common import render

ANSWERS = [
    ("It is four.", "It is five, or so."),
    ("  indented, with a blank at the end ", "yes\n"),
    ("```python\nprint('a')\n```\n", "print('a')"),
    ("مرحبا بالعالم", "こんにちは 世界"),
    ("🙂🙂🏽 family 👨‍👩‍👧", "no emoji"),
    ("two\u2028lines\u0085next", "one\r\nline\rmore"),
    ("NA", "None"),
    ('{"a": [1, 2]}', '["role"]'),
    ("{{ bos_token }} {% if x %}", "<|im_end|>\n<s>[INST]"),
    ('quoted "twice", and, commas', "tab\tand 'single'"),
    ("assistant", "a"),
    ("ﬁ e\u0301 \u200b.", "fi é ."),
]


def say(role, content, **more):
    return {"role": role, "content": content, **more}


def call(name, arguments, **more):
    calls = [{"type": "function", "function": {"name": name, "arguments": arguments}, **more}]
    return [say("assistant", "", tool_calls=calls)]


def tool(name, **properties):
    parameters = {"type": "object", "properties": {k: {"type": v} for k, v in properties.items()}}
    function = {"name": name, "description": f"{name} it", "parameters": parameters}
    return {"type": "function", "function": function}


TEXTS = [
    {"id": f"t{n:02}", "prompt": f"Question {n}?\n", "response_a": a, "response_b": b}
    for n, (a, b) in enumerate(ANSWERS)
]
CHATS = [
    {
        "id": f"c{n}",
        "prompt": [
            *([say("system", f"Be brief, {n}.")] if n % 2 else []),
            *([say("user", "Hi."), say("assistant", "Hello!\n")] if n % 3 else []),
            say("user", f"And {n}?"),
        ],
        "response_a": [say("assistant", a)],
        "response_b": [say("assistant", b)],
    }
    for n, (a, b) in enumerate(ANSWERS[:6])
]
CALLS = [
    {
        "id": "k0",
        "prompt": [say("user", "Weather in Oslo?")],
        "response_a": call("weather", {"city": "Oslo"}),
        "response_b": call("weather", {"city": "Rome", "unit": "C"}),
        "tools": [tool("weather", city="string", unit="string")],
    },
    {
        "id": "k1",
        "prompt": [
            say("user", "Add 2 and 3."),
            *call("add", '{"x": 2, "y": 3}', id="call_9"),
            say("tool", "5", tool_call_id="call_9"),
            say("assistant", "Five."),
            say("user", "And 4?"),
        ],
        "response_a": call("add", '{"x": 5, "y": 4}'),
        "response_b": [say("assistant", "Nine, I guess.")],
        "tools": [tool("add", x="integer", y="integer")],
    },
    {
        "id": "k2",
        "prompt": [say("user", "No tools here.")],
        "response_a": [say("assistant", "None needed.")],
        "response_b": [say("assistant", "Let me look.")],
    },
]
SESSIONS = {"texts": TEXTS, "chats": CHATS, "calls": CALLS}


def open_session(folder, name):
    """Open a session whose every pair is decided, by turns for a and for b."""
    session = tb.Session(folder / name, SESSIONS[name], annotator="ada", scale="graded")
    for number, pair in enumerate(SESSIONS[name]):
        session.label(pair["id"], "ab"[number % 2], strength=1 + number % 3)
    return session


def dialogues(name, *, strings=False):
    """Give what a target should have of each pair: the dialogues with the better and the worse."""
    found = []
    for number, pair in enumerate(SESSIONS[name]):
        answers = (pair["response_a"], pair["response_b"])
        chosen, rejected = answers if number % 2 == 0 else answers[::-1]
        found.append([_whole(pair["prompt"], answer, strings) for answer in (chosen, rejected)])
    return found


def answers(name):
    """Give the better and the worse answer of each pair, without the blanks at their ends."""
    found = []
    for number, pair in enumerate(SESSIONS[name]):
        both = [pair["response_a"], pair["response_b"]]
        texts = [(one if isinstance(one, str) else one[0]["content"]).strip() for one in both]
        found.append(texts if number % 2 == 0 else texts[::-1])
    return found


def _whole(prompt, answer, strings):
    if isinstance(prompt, str):
        return (
            prompt + answer if strings else render([say("user", prompt), say("assistant", answer)])
        )
    return render([_decoded(message) for message in [*prompt, *answer]])


def _decoded(message):
    """Give a message whose arguments are objects, as templates take them."""
    calls = [
        {"function": {**one["function"], "arguments": read_object(one["function"]["arguments"])}}
        for one in message.get("tool_calls", ())
    ]
    return {**message, "tool_calls": calls}


SAID = ["a", "b", "tie", "both_bad", "skip", None]


def label_in_many_ways(session, pairs, note):
    """Say something else of each pair, and nothing of some; ``note`` has a number's place."""
    for number, pair in enumerate(pairs):
        said = SAID[number % len(SAID)]
        if said:
            sided = {"strength": 2, "flags": {"a": ["unsafe"]}} if said in "ab" else {}
            session.label(pair["id"], said, note=note.format(number), **sided)
