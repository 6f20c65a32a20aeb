"""OpenRLHF: ``blending_datasets`` and ``RewardDataset``, as its training calls them."""

import sys
import types
from types import SimpleNamespace

from common import EOS, make_tokenizer, run

# Its answers of mathematics are no part of this.
for name in ("pylatexenc", "pylatexenc.latex2text"):
    sys.modules[name] = types.ModuleType(name)

from openrlhf.datasets import RewardDataset
from openrlhf.datasets.utils import blending_datasets

TOKENIZER = make_tokenizer()


def take(path):

    data = blending_datasets(path, "1.0", strategy(False))
    conversational = not isinstance(data[0]["chosen"], str)
    rows = RewardDataset(data, TOKENIZER, 4096, strategy(conversational), is_dpo=True)

    return [_texts(rows[number]) for number in range(len(rows))]


def strategy(template):
    keys = {
        "prompt_key": "prompt",
        "chosen_key": "chosen",
        "rejected_key": "rejected",
        "apply_chat_template": template,
        "input_template": None,
    }
    args = SimpleNamespace(**keys, data=SimpleNamespace(**keys), seed=0)
    return SimpleNamespace(args=args, print=print, is_rank_0=lambda: True)


def _texts(row):
    """Give both texts without the blank and the end that it puts behind each."""
    return [TOKENIZER.decode(ids[0]).removesuffix(EOS).removesuffix(" ") for ids in row[::2][:2]]


run(take)
