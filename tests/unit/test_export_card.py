"""A dataset card keeps its shape, whatever words strangers put into it."""

from html.parser import HTMLParser

import mistune
import pytest
import yaml
from export_makers import label, labels_of, pair
from hypothesis import example, given
from hypothesis import strategies as st

from tiebreak import views
from tiebreak.exports.card import Collected, Published, write_card
from tiebreak.exports.markdown import block, code, prose

PLUGINS = ["url", "table", "strikethrough", "footnotes", "task_lists", "def_list", "math"]
RENDER = mistune.create_markdown(escape=False, plugins=PLUGINS)

# What Markdown, HTML and YAML are made of.
PIECES = r"""# * _ ` ``` ~~~ [ ] ( ) ! < > & | \ - + = 1. : / . @ $ ~ ^ { } " ' --- === a b
www.e.com http://e.com me@e.com <img <script> </p> <!--
![x](http://e.com) [x](http://e.com) [x]: &lt;"""
SPACES = [" ", "\n", "\n\n", "\r", "\t", "\x1b", "\u2028"]
MARKUP = st.lists(st.sampled_from([*PIECES.split(), *SPACES])).map("".join)
WORDS = (MARKUP | st.text(st.characters(codec="utf-8"))).filter(lambda text: text.strip())


class Shape(HTMLParser):
    """The tags in their order, but code's, which may stand in any text."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags += [tag] * (tag != "code")
        self.tags += [f"{tag} {name}={value}" for name, value in attrs]

    def handle_comment(self, data):
        self.tags.append(f"comment {data}")

    def handle_decl(self, decl):
        self.tags.append(f"declaration {decl}")


def shape_of(markdown):
    shape = Shape()
    shape.feed(RENDER(markdown))
    return shape.tags


def card_about(word):
    """A card with the word wherever a word of a stranger's can stand."""
    found = labels_of(**{word: [label("p0", "a", shown_left="a")]})
    judgments = views.judgments_frame(found, views.pairs_frame([pair("p0")]))
    published = Published(
        word, "trl", {word: 1}, [word], judgments, judgments, False, {word: 1}, word, [word]
    )
    collected = Collected(word, "simple", f"{word}\n\n{word}", {word: word})
    return write_card(published, collected, measures={word: word}, findings=[word])


def body_of(card):
    start, head, body = card.split("---\n", 2)
    assert start == ""
    return yaml.safe_load(head), body


PLAIN = shape_of(body_of(card_about("word"))[1])


def test_the_shape_of_a_card_is_seen():
    assert PLAIN[:3] == ["h1", "h2", "p"]
    assert PLAIN.count("table") == 5
    assert PLAIN.count("pre") == 1
    assert "img" in shape_of("![x](y)")
    assert "a" in shape_of("http://e.com")


@given(WORDS)
@example("`</p>`<img src=x>`")
@example("a\\|<img src=x>")
@example("```\n# x")
@example("![x](http://e.com/t.png)")
@example("1. x")
@example("--- \n# x")
def test_no_word_changes_the_shape_of_a_card(word):
    head, body = body_of(card_about(word))

    assert shape_of(body) == PLAIN
    assert head["configs"][0]["data_files"][0]["split"] == word


@pytest.mark.parametrize(
    "text",
    [
        "Which is kinder, A or B (in snake_case)?",
        "P12: 3 of 4 labels - 75% - say 'a'; see 10:30 a.m., e.g. there/here.",
        "`chosen` is the improved one",
        "Welche ist höflicher? どちらが良い",
    ],
)
def test_ordinary_sentences_stay_as_they_are(text):
    assert prose(text) == text


def test_only_what_could_be_markup_stands_in_code():
    assert prose("Is <b>this</b> good?\n\nSee  https://e.com now") == (
        "Is `<b>this</b>` good? See `https://e.com` now"
    )
    assert prose("- x") == "`-` x"
    assert prose("a `b` `c `` d") == "a `b` ``` `c `` ``` d"
    assert prose("a\x1bb") == r"`a\x1bb`"
    assert code("a|b") == r"`a\x7cb`"


def test_a_block_holds_its_lines_whatever_they_are():
    assert block("a\r\n````\nb", "markdown") == "`````markdown\na\n````\nb\n`````"
