# ruff: noqa: E501, RUF001
"""Pairs that show what the reading surface does with each kind of text."""

from typing import Any

CODE = {
    "prompt": "Write a Python function that merges overlapping intervals.",
    "response_a": '''Sort by start, then extend the last interval or begin a new one:

```python
def merge(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merge intervals that overlap or touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
```

This takes `O(n log n)` time, all of it in the sort, and leaves its argument alone.

**Example.** `merge([(1, 3), (2, 6), (8, 10)])` gives `[(1, 6), (8, 10)]`.''',
    "response_b": """Here's a function that does it:

```python
def merge(intervals):
    # sort in place
    intervals.sort(key=lambda x: x[0])
    result = [intervals[0]]
    for i in range(1, len(intervals)):
        if intervals[i][0] < result[-1][1]:
            result[-1][1] = max(result[-1][1], intervals[i][1])
        else:
            result.append(intervals[i])
    return result
```

Notes:

1. It sorts the list **in place**, so your list changes.
2. It fails on an empty list: check `if not intervals` first.
3. Intervals that only touch, such as `[1, 2]` and `[2, 3]`, are kept apart.

You can run it with:

```bash
python -c 'from merge import merge; print(merge([[1, 3], [2, 6]]))'
```""",
}
TABLE = {
    "prompt": "Compare three ways to store a few million labeled pairs. Be brief.",
    "response_a": """| format | size | append | reads into pandas |
|:--|--:|:-:|:--|
| JSONL | 1.0 | yes | `read_json(lines=True)` |
| Parquet | 0.2 | no | `read_parquet` |
| SQLite | 0.9 | yes | `read_sql` |

**JSONL** while labels come in, **Parquet** for the finished set. SQLite pays off only where several
programs write at once.

- [x] append-only, so a crash loses at most one line
- [x] readable in any editor
- [ ] small""",
    "response_b": """## Storage formats

### 1. JSON Lines
Each line is a JSON object. Easy to append to, easy to read, but **large**.

### 2. Parquet
Columnar and compressed.

> Parquet files cannot be appended to: a new file is written instead.

### 3. SQLite
A database in one file. Supports concurrent *readers* and one writer.

See the [pandas documentation](https://pandas.pydata.org/docs/user_guide/io.html) for how to read each.""",
}
MATH = {
    "prompt": "Why does the softmax of a constant shift not change?",
    "response_a": r"""Because the shift cancels. For any $c$,

$$
\operatorname{softmax}(x + c)_i = \frac{e^{x_i + c}}{\sum_j e^{x_j + c}}
= \frac{e^c\, e^{x_i}}{e^c \sum_j e^{x_j}} = \operatorname{softmax}(x)_i .
$$

In practice one takes $c = -\max_j x_j$, so that no exponent overflows.""",
    "response_b": r"""The softmax depends only on *differences*: dividing by $e^{x_i}$,

\[ \operatorname{softmax}(x)_i = \Bigl(\sum_{j} e^{x_j - x_i}\Bigr)^{-1}, \]

and $(x_j + c) - (x_i + c) = x_j - x_i$. A temperature $T \neq 1$ does change it, since
$\frac{x_j - x_i}{T}$ is another difference. This costs $5 and $10 of compute, say.""",
}
CHAT: dict[str, Any] = {
    "prompt": [
        {"role": "system", "content": "You are a travel assistant. Use the tools you have."},
        {"role": "user", "content": "Is the 8:15 to Utrecht on time?"},
    ],
    "response_a": [
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": [
                {"function": {"name": "departures", "arguments": '{"to": "Utrecht", "at": "8:15"}'}}
            ],
        },
        {"role": "tool", "name": "departures", "content": '{"train": 2823, "delay_minutes": 4}'},
        {"role": "assistant", "content": "Nearly: it leaves **4 minutes late**, at 8:19."},
    ],
    "response_b": [
        {"role": "assistant", "content": "Yes, the 8:15 to Utrecht leaves on time."},
        {"role": "user", "content": "Are you sure?"},
        {"role": "assistant", "content": "I cannot look it up, so no. Please check the board."},
    ],
}
_LETTER = """Dear colleagues,

The reading group meets {when} in room {room}. We will discuss two papers on {subject}; please read
{which} before you come, and write down one question about it.

Coffee is provided. {end}

Kind regards,
Ines"""
DIFFERENCES = {
    "prompt": "Rewrite this note so that it is clear and friendly.",
    "response_a": _LETTER.format(
        when="on Tuesday at four",
        room="2.17",
        subject="preference learning",
        which="at least the first",
        end="Bring your own cup.",
    ),
    "response_b": _LETTER.format(
        when="this Thursday at half past three",
        room="2.17",
        subject="learning from preferences",
        which="both of them",
        end="We finish before five, I promise.",
    ),
}
RIGHT_TO_LEFT = {
    "prompt": "اشرح الفرق بين القائمة والصف في بايثون.",
    "response_a": "القائمة **قابلة للتغيير**، أما الصف فلا.\n\n- القائمة: `[1, 2]`\n- الصف: `(1, 2)`\n\n"
    "| النوع | مثال |\n|---|---|\n| قائمة | `[1]` |\n| صف | `(1,)` |",
    "response_b": "A list can be changed and a tuple cannot.\n\nפייתון (Python) מבחינה ביניהם לפי הסוגריים:\n\n"
    "```python\nx = [1, 2]  # قائمة\nx.append(3)\n```",
}
CHINESE_AND_JAPANESE = {
    "prompt": "用一句话解释什么是偏好数据。",
    "response_a": "偏好数据是指：针对同一个提示，人们对两个回答作出的**比较**——哪一个更好，或者不相上下。\n\n"
    "1. 每条数据包含提示、较好的回答和较差的回答；\n2. 它可以用来训练奖励模型。",
    "response_b": "「好みのデータ」とは、同じ質問に対する二つの答えのうち、どちらがより良いかを人が選んだ記録です。\n\n"
    "> 例：`chosen` と `rejected` の組。",
}
TWO_ANSWERS = {
    "prompt": "Why do we have leap years, and when do they fall?",
    "response_a": """The Earth takes about **365.2422 days** to go around the Sun, a quarter of a day more than a\
 calendar year. Without a correction the seasons would drift by about one day every four years.

Julius Caesar added a day every four years in 46 BC. That is slightly too much, so Pope Gregory XIII\
 changed the rule in 1582: a year that can be divided by 100 is not a leap year, unless it can be divided by 400.

So 2000 was a leap year, and 1900 was not. The next one is 2028.""",
    "response_b": """Great question! A leap year has 366 days, with 29 days in February.

- Without a correction, the seasons would drift by about one day every four years.
- A year is a leap year if it can be divided by 4. There are no exceptions to this.
- Some calendars, such as the Hebrew one, add a whole month.
- Farmers would otherwise sow too late, and holidays would wander through the year, from spring to\
 winter and back again.

In Python: `calendar.isleap(2024)` gives `True`. See [the documentation](https://docs.python.org/3/library/calendar.html).""",
}
TEXTS = {
    "code": CODE,
    "table": TABLE,
    "math": MATH,
    "chat": CHAT,
    "differences": DIFFERENCES,
    "two-answers": TWO_ANSWERS,
    "right-to-left": RIGHT_TO_LEFT,
    "chinese-and-japanese": CHINESE_AND_JAPANESE,
}
