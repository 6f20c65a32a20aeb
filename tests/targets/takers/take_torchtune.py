"""torchtune: ``preference_dataset``, with a tokenizer that gives the bytes of what it renders."""

from common import render, run
from torchtune.datasets import preference_dataset


class Bytes:
    def tokenize_messages(self, messages, **_):
        said = [{"role": one.role, "content": one.text_content} for one in messages]
        tokens = list(render(said).encode())
        return tokens, [False] * len(tokens)

    def __call__(self, sample, **_):
        tokens, mask = self.tokenize_messages(sample["messages"])
        return {**sample, "tokens": tokens, "mask": mask}


def take(path):
    source = "parquet" if path.endswith(".parquet") else "json"
    rows = preference_dataset(Bytes(), source=source, data_files=path, split="train")
    return [
        [bytes(row[f"{side}_input_ids"]).decode() for side in ("chosen", "rejected")]
        for row in rows
    ]


run(take)
