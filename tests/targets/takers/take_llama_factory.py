"""LLaMA-Factory: its loader and converter, by the ``dataset_info.json`` beside the file."""

import importlib.machinery
import json
import os
import sys
import types
from pathlib import Path
from types import SimpleNamespace

from common import render, run

os.environ["DISABLE_VERSION_CHECK"] = "1"  # its loader is no part of what it checks
# Sound is no part of this, and its library is large.
torchaudio = types.ModuleType("torchaudio")
torchaudio.__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
sys.modules["torchaudio"] = torchaudio

from llamafactory.data.loader import _get_merged_dataset
from llamafactory.hparams import DataArguments, ModelArguments

ROLES = {"observation": "tool", "function": "assistant"}


def take(path):
    file = Path(path)
    data = DataArguments(dataset=file.stem, dataset_dir=str(file.parent), template="qwen")
    model = ModelArguments(model_name_or_path="none", cache_dir=str(file.parent / "cache"))
    training = SimpleNamespace(local_process_index=0, should_log=False, seed=0)
    rows = _get_merged_dataset([file.stem], model, data, training, stage="rm")
    return [_texts(row) for row in rows]


def _texts(row):
    system = [{"role": "system", "content": row["_system"]}] if row["_system"] else []
    prompt = [*system, *row["_prompt"]]
    return [render([_message(one) for one in [*prompt, answer]]) for answer in row["_response"]]


def _message(given):
    role, content = given["role"], given["content"]
    if role != "function":
        return {"role": ROLES.get(role, role), "content": content}
    calls = json.loads(content)
    calls = calls if isinstance(calls, list) else [calls]
    return {"role": "assistant", "content": "", "tool_calls": [{"function": c} for c in calls]}


run(take)
