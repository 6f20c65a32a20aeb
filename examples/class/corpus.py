"""What the tiny model of the class knows: 96 questions, four tips each, said in four styles.

All sentences were written for this by a large language model. Which questions settings were chosen on (DEV), which the
class labels (CLASS), and which are kept for the figures and the blind test (FRESH) is fixed here.
"""

import random
import re
from pathlib import Path

HERE = Path(__file__).parent
TOPICS = {
    question: re.findall(r"[^.]+\.", tips.replace(". ", "."))
    for question, tips in (
        block.split("\n")
        for block in (HERE / "topics.txt").read_text("utf-8").strip().split("\n\n")
    )
}
TOPICS = {q: [tip.strip() for tip in tips] for q, tips in TOPICS.items()}

_mixed = sorted(TOPICS)
random.Random(14).shuffle(_mixed)
CLASS, DEV, FRESH = _mixed[:36], _mixed[36:60], _mixed[60:]

# The last four of each are in no pair of the class.
OPENERS = [
    "What a lovely question!",
    "I am so glad you asked!",
    "Good for you for asking!",
    "Do not worry, this is easier than it looks.",
    "You are not alone with this.",
    "Oh, I love this one!",
    "We have all been there, my friend.",
    "How nice that you care about this!",
    "Take a deep breath, you can do this.",
    "Thank you for asking me!",
    "I am happy to help you with this.",
    "That is a great thing to learn!",
]
CLOSERS = [
    "You will do great!",
    "I am sure it will work out for you.",
    "Good luck, and have fun!",
    "Be kind to yourself while you learn.",
    "I hope this makes your day a little easier.",
    "You have got this!",
    "Tell me how it went, I would love to hear it.",
    "Be proud of yourself for trying!",
    "I am here if you need me.",
    "Enjoy every minute of it!",
    "I wish you all the best with it!",
    "I believe in you!",
]
STYLES = ["short, plain", "short, warm", "long, plain", "long, warm"]


def answer(question, style, draw, openers=OPENERS, closers=CLOSERS, long=(3, 4)):
    """Say one or two tips (short) or three or four (long), and kind words around them (warm)."""
    count = draw.choice([1, 2] if "short" in style else long)
    said = draw.sample(TOPICS[question], count)
    if "warm" in style:
        around = draw.choice(["both", "both", "before", "behind"])
        if around != "behind":
            said = [draw.choice(openers), *said]
        if around != "before":
            said = [*said, draw.choice(closers)]
    return " ".join(said)


def pairs(questions, draw, openers=OPENERS, closers=CLOSERS):
    """Make a pair a question; length and warmth differ in each, and in half they go together.

    The short one has less than three quarters of the letters of the long one, and fewer words.
    """
    questions = list(questions)
    draw.shuffle(questions)
    kinds = [["short, plain", "long, warm"], ["short, warm", "long, plain"]]
    rows = []
    for number, question in enumerate(questions):
        styles = kinds[number % 2][:: 1 if number // 2 % 2 else -1]
        a = b = ""
        while not min(len(a), len(b)) < 0.75 * max(len(a), len(b)) or (
            (len(a.split()) < len(b.split())) != ("short" in styles[0])
        ):  # short with kind words around it can be longer than long
            a, b = (answer(question, each, draw, openers, closers, long=(4,)) for each in styles)
        rows.append(
            {
                "prompt": question,
                "response_a": a,
                "response_b": b,
                "style_a": styles[0],
                "style_b": styles[1],
            }
        )
    draw.shuffle(rows)
    return rows


def words_of(text):
    return re.findall(r"[a-z']+|[.,?!]", text.lower())


def vocabulary():
    known = {w for q, tips in TOPICS.items() for t in [q, *tips] for w in words_of(t)}
    known |= {w for t in [*OPENERS, *CLOSERS] for w in words_of(t)}
    return ["<answer>", "<end>", *sorted(known)]
