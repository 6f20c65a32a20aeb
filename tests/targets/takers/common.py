"""What the takers share: each runs a target's own loader and says what it got.

A taker runs in the target's own environment, as ``python take_NAME.py OUT LABEL=PATH...``, and
writes to OUT, by label, the rows that the target took: the dialogue that ends with the chosen
answer and the one that ends with the rejected, each rendered by one template, or an error.
"""

import json
import os
import sys
import traceback
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}

# Renders as `render` does, and needs nothing of a model.
TEMPLATE = (
    "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] or '' }}"
    "{% for c in m['tool_calls'] or [] %}[{{ c['function']['name'] }} "
    "{{ c['function']['arguments'] | tojson }}]{% endfor %}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
EOS = "</s>"


def render(messages):
    """Render messages as the template does."""
    return "".join(map(_render_one, messages))


def _render_one(message):
    called = "".join(
        f"[{call['function']['name']} "
        f"{json.dumps(call['function']['arguments'], ensure_ascii=False)}]"
        for call in message.get("tool_calls") or []
    )
    return f"<{message['role']}>{message['content'] or ''}{called}\n"


def make_tokenizer(template=TEMPLATE):
    """Make a tokenizer of single bytes, which no text is foreign to."""
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    names = {token: number for number, token in enumerate(["<pad>", EOS, *alphabet])}
    tokenizer = Tokenizer(models.BPE(names, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",  # noqa: S106
        eos_token=EOS,
        chat_template=template,
        clean_up_tokenization_spaces=False,
    )


def load(path):
    """Load a file as the docs of ``datasets`` say it."""
    from datasets import load_dataset

    builder = "parquet" if path.endswith(".parquet") else "json"
    cache = str(Path(path).parent / "cache")
    return load_dataset(builder, data_files=path, split="train", cache_dir=cache)


def run(take):
    """Take each file that is named, and write down what came of it."""
    out, *files = sys.argv[1:]
    found = {}
    for given in files:
        label, path = given.split("=", 1)
        try:
            found[label] = {"rows": take(path)}
        except Exception:  # noqa: BLE001 - whatever the target fails with is what we want to know
            found[label] = {"error": traceback.format_exc()}
    Path(out).write_text(json.dumps(found), encoding="utf-8")
