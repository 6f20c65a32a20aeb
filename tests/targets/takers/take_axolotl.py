"""Axolotl: ``chat_template.default`` with the template that the file's name begins with."""

import re
from pathlib import Path

from axolotl.prompt_strategies.dpo import load as load_strategy
from axolotl.utils.dict import DictDefault
from common import load, make_tokenizer, run

END = re.compile(r"(<\|im_end\|>|<\|eot_id\|>|<end_of_turn>)?\n?$")


def take(path):
    template = Path(path).name.split("-")[0]
    tokenizer = make_tokenizer()
    tokenizer.add_special_tokens({"bos_token": "<s>"})
    dataset = {"type": "chat_template.default"}
    config = DictDefault({"chat_template": template, "rl": "dpo", "datasets": [dataset]})
    loaded = load_strategy("chat_template.default", config, dataset_idx=0)
    transform, options = loaded if isinstance(loaded, tuple) else (loaded, {})
    rows = load(path)
    made = rows.map(
        transform,
        fn_kwargs={"tokenizer": tokenizer},
        load_from_cache_file=False,
        **(options or {}),
    )
    return [[END.sub("", row[name], count=1) for name in ("chosen", "rejected")] for row in made]


run(take)
