"""verl: the module of its ``RMDataset`` as it is, without the rest of verl that it belongs to."""

import importlib.util
import sys
import types

from common import EOS, make_tokenizer, run

TOKENIZER = make_tokenizer()


def _load():
    found = next(iter(importlib.util.find_spec("verl").submodule_search_locations))
    for name, given in {
        "verl": {},
        "verl.utils": {"hf_tokenizer": lambda _: TOKENIZER},
        "verl.utils.fs": {
            "copy": lambda path, **_: path,
            "copy_to_local": lambda path, **_: path,
            "is_non_local": lambda _: False,
        },
    }.items():
        module = types.ModuleType(name)
        module.__dict__.update(given)
        sys.modules[name] = module
    spec = importlib.util.spec_from_file_location(
        "rm_dataset", f"{found}/utils/dataset/rm_dataset.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RM = _load()


def take(path):
    rows = RM.RMDataset([path], TOKENIZER, max_length=4096)
    return [_texts(rows[number]) for number in range(len(rows))]


def _texts(row):
    found = []
    for ids, mask in zip(row["input_ids"], row["attention_mask"], strict=True):
        kept = [int(token) for token, there in zip(ids, mask, strict=True) if there]
        found.append(TOKENIZER.decode(kept).removesuffix(EOS))
    return found


run(take)
