"""TRL: what its trainers prepare of a file, as the texts that they train on."""

import os
from pathlib import Path

from common import EOS, load, make_tokenizer, run

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import transformers
from trl.experimental.cpo import CPOConfig, CPOTrainer
from trl.experimental.orpo import ORPOConfig, ORPOTrainer

import trl

TOKENIZER = make_tokenizer()
LONG = 4096
PREPARING = {
    "dpo": (trl.DPOTrainer, trl.DPOConfig, {"max_length": LONG}),
    "kto": (trl.KTOTrainer, trl.KTOConfig, {"max_length": LONG}),
    "reward": (trl.RewardTrainer, trl.RewardConfig, {"max_length": LONG}),
    "cpo": (CPOTrainer, CPOConfig, {"max_length": LONG}),
    "orpo": (ORPOTrainer, ORPOConfig, {"max_length": LONG}),
}


def take(path):
    """Prepare the file for the trainer that its name begins with."""
    name = Path(path).name.split("-")[0]
    trainer_class, config_class, options = PREPARING[name]
    shape = transformers.LlamaConfig(
        vocab_size=len(TOKENIZER),
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        max_position_embeddings=LONG,
        pad_token_id=TOKENIZER.pad_token_id,
        eos_token_id=TOKENIZER.eos_token_id,
        bos_token_id=None,
    )
    home = Path(path).parent / f"model-{name}"
    if name == "reward":
        shape.num_labels = 1
        model = transformers.LlamaForSequenceClassification(shape)
    else:
        model = transformers.LlamaForCausalLM(shape)
    model.save_pretrained(home)
    config = config_class(
        output_dir=str(home / "out"),
        per_device_train_batch_size=4,
        max_steps=1,
        use_cpu=True,
        bf16=False,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
        remove_unused_columns=False,
        **options,
    )
    model = type(model).from_pretrained(home)
    trainer = trainer_class(
        model=model, args=config, train_dataset=load(path), processing_class=TOKENIZER
    )
    rows = [_texts(row) for row in trainer.train_dataset]
    trainer.train()
    return rows


def _texts(row):
    def decode(ids):
        return TOKENIZER.decode(ids).removesuffix(EOS)

    if "label" in row:
        ids = row.get("completion_ids", row.get("answer_input_ids"))
        return [decode([*row.get("prompt_ids", row.get("prompt_input_ids")), *ids]), row["label"]]
    found = []
    for side in ("chosen", "rejected"):
        ids = row.get(f"{side}_ids", row.get(f"{side}_input_ids"))
        found.append(decode([*row.get("prompt_ids", []), *ids]))
    return found


run(take)
