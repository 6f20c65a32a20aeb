"""Lines of JSON decoded many at once are what they are one by one, and broken ones are named."""

import msgspec
import pytest

from tiebreak.store.lines import decode_lines


def decoded(data):
    def tell(number, line, _):
        return ValueError(f"{number}: {line!r}")

    parts = decode_lines(msgspec.json.Decoder(list[int]), data, tell)
    return [value for part in parts for value in part]


LONG = [[number] * 50 for number in range(5_000)]  # far more than is decoded at once
LINES = [msgspec.json.encode(value) + b"\n" for value in LONG]


def test_lines_of_several_blocks_come_in_their_order():
    assert decoded(b"".join(LINES)) == LONG
    assert decoded(b"") == []


@pytest.mark.parametrize("place", [0, 1, 2_500, 4_999])
@pytest.mark.parametrize("broken", [b"\n", b" \n", b"[1\n", b"[1] [2]\n", b'"x"\n', b"\xff\n"])
def test_a_broken_line_is_named_wherever_it_stands(place, broken):
    lines = [*LINES[:place], broken, *LINES[place:]]
    with pytest.raises(ValueError, match=f"^{place}: ") as caught:
        decoded(b"".join(lines))
    assert str(caught.value) == f"{place}: {broken[:-1]!r}"


def test_a_value_that_goes_on_in_the_next_line_is_no_line():
    with pytest.raises(ValueError, match=r"^1: b'\[1,'$"):
        decoded(b"[0]\n[1,\n2]\n")
