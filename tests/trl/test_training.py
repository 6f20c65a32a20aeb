"""Exported files in real trainers: a few steps on the CPU, with a model made here."""

import itertools
import json
import math
import os
from pathlib import Path

import pytest

import tiebreak as tb
from tiebreak.records.label import Label, new_id, now

WHY = "needs torch and trl: python3 dev.py trl installs them"
pytest.importorskip("torch", reason=WHY)
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
# Not plain trl, which this very folder may pass for.
trl = pytest.importorskip("trl.trainer", reason=WHY)

import transformers  # noqa: E402
import trl.experimental.cpo as trl_cpo  # noqa: E402
import trl.experimental.orpo as trl_orpo  # noqa: E402
import trl.experimental.tpo as trl_tpo  # noqa: E402
from datasets import load_dataset  # noqa: E402
from tokenizers import Tokenizer, decoders, models, pre_tokenizers  # noqa: E402

pytestmark = pytest.mark.trl

PROTOTYPE = Path(__file__).parents[2] / "examples/prototype.ipynb"
STEPS = 3
BATCH = 4
# Adds to the texts what TRL adds to plain strings, and no more, so that both train alike.
BARE = (
    "{% for message in messages %}{{ message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
)
TURNS = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
DECISIVE = [*"abbabaabbaabab"]
WITH_TIES = [*DECISIVE, "tie", "tie", "tie", "both_bad"]


@pytest.fixture(scope="session")
def make_tokenizer():
    def make(template=BARE):
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        special = ["<pad>", "</s>"]
        vocabulary = {token: number for number, token in enumerate([*special, *alphabet])}
        tokenizer = Tokenizer(models.BPE(vocabulary, []))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        return transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            pad_token="<pad>",  # noqa: S106
            eos_token="</s>",  # noqa: S106
            chat_template=template,
        )

    return make


def small(tokenizer):
    return transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=512,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )


@pytest.fixture
def train(make_tokenizer, tmp_path):
    """Train a few steps and give the trainer and its losses."""
    numbers = itertools.count()

    def run(trainer_class, config_class, rows, template=BARE, **options):
        tokenizer = make_tokenizer(template)
        transformers.set_seed(1)
        shape = small(tokenizer)
        if trainer_class is trl.RewardTrainer:
            shape.num_labels = 1
            model = transformers.LlamaForSequenceClassification(shape)
        else:
            model = transformers.LlamaForCausalLM(shape)
        config = config_class(
            output_dir=str(tmp_path / "out"),
            per_device_train_batch_size=BATCH,
            max_steps=STEPS,
            logging_steps=1,
            learning_rate=1e-3,
            use_cpu=True,
            bf16=False,
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
            **options,
        )
        # By its path: the trainers load the reference model from there.
        home = str(tmp_path / f"model-{next(numbers)}")
        model.save_pretrained(home)
        model = type(model).from_pretrained(home)
        trainer = trainer_class(
            model=model, args=config, train_dataset=rows, processing_class=tokenizer
        )
        trainer.train()
        losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
        assert len(losses) == STEPS
        assert all(math.isfinite(loss) for loss in losses)
        return trainer, losses

    return run


@pytest.fixture
def export(tmp_path):
    """Label a session of its own, export it, and load the file as a trainer's user does."""
    numbers = itertools.count()

    def write(choices, *, format="trl", messages=False, suffix=".jsonl", **options):
        def told(role, text):
            return [{"role": role, "content": text}] if messages else text

        pairs = [
            {
                "id": f"p{number}",
                "prompt": told("user", f"What is {number} + {number}?\n"),
                "response_a": told("assistant", f"It is {2 * number}."),
                "response_b": told("assistant", f"No idea, perhaps {number}{number} or so."),
            }
            for number in range(len(choices))
        ]
        name = f"session-{next(numbers)}"
        with tb.Session(tmp_path / name, pairs, annotator="rater-1", scale="graded") as session:
            for number, choice in enumerate(choices):
                decisive = choice in ("a", "b")
                label = Label(
                    new_id(),
                    f"p{number}",
                    choice,
                    now(),
                    strength=1 + number % 3 if decisive else None,
                    edit=f"It is {2 * number}, of course." if decisive else None,
                )
                session._labels.record(label)
            path = tmp_path / f"{name}{suffix}"
            session.export(path, format=format, **options)
        builder = "parquet" if suffix == ".parquet" else "json"
        cache = str(tmp_path / "cache")
        return load_dataset(builder, data_files=str(path), split="train", cache_dir=cache)

    return write


@pytest.mark.parametrize("loss", ["sigmoid", "ipo"])
def test_dpo_trains_alike_on_strings_and_on_messages(train, export, loss):
    strings, messages = export(WITH_TIES), export(WITH_TIES, messages=True)
    assert len(strings) == len(messages) == len(DECISIVE)
    assert isinstance(strings[0]["chosen"], str)
    assert messages[0]["chosen"][0]["role"] == "assistant"

    trainer, plain = train(trl.DPOTrainer, trl.DPOConfig, strings, loss_type=[loss])
    _, conversational = train(trl.DPOTrainer, trl.DPOConfig, messages, loss_type=[loss])

    assert plain == pytest.approx(conversational, rel=1e-5)
    assert len(set(plain)) > 1  # it learns: identical answers would keep the loss where it is
    assert len(trainer.train_dataset) == len(DECISIVE)


def test_the_prototype_notebook_trains_what_it_wrote(make_tokenizer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tokenizer = make_tokenizer(TURNS)
    tokenizer.save_pretrained("tiny")
    transformers.LlamaForCausalLM(small(tokenizer)).save_pretrained("tiny")
    cells = {
        cell["id"]: "".join(cell["source"])
        for cell in json.loads(PROTOTYPE.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    }
    for said, instead in (
        ("Qwen/Qwen2.5-0.5B-Instruct", "tiny"),
        ("TRAIN = False", "TRAIN = True"),
    ):
        assert said in cells["train"]
        cells["train"] = cells["train"].replace(said, instead)
    there = {}

    for cell, source in cells.items():
        exec(source, there)  # noqa: S102 - our own notebook
        while cell == "label" and (pair := there["session"].next()):
            there["session"].label(pair.id, "a" if len(pair.a) > len(pair.b) else "b")

    there["session"].close()
    told = there["trainer"].state.log_history
    losses = [entry["loss"] for entry in told if "loss" in entry]
    assert losses[0] == pytest.approx(math.log(2), abs=0.01)
    assert losses[-1] < losses[0]
    assert any("eval_rewards/accuracies" in entry for entry in told)


EXPERIMENTAL = {
    "orpo": (trl_orpo.ORPOTrainer, trl_orpo.ORPOConfig, {}),
    "cpo": (trl_cpo.CPOTrainer, trl_cpo.CPOConfig, {}),
    "simpo": (trl_cpo.CPOTrainer, trl_cpo.CPOConfig, {"loss_type": "simpo", "cpo_alpha": 0.0}),
    "tpo": (trl_tpo.TPOTrainer, trl_tpo.TPOConfig, {}),
}


@pytest.mark.parametrize("name", EXPERIMENTAL)
def test_experimental_trainers_train_alike_on_strings_and_on_messages(train, export, name):
    trainer, config, options = EXPERIMENTAL[name]
    edit = "reference" if name == "tpo" else None
    strings, messages = export(WITH_TIES, edit=edit), export(WITH_TIES, messages=True, edit=edit)
    assert ("reference" in strings.column_names) == (name == "tpo")

    _, plain = train(trainer, config, strings, **options)
    _, conversational = train(trainer, config, messages, **options)

    assert plain == pytest.approx(conversational, rel=1e-5)
    assert len(set(plain)) > 1


def test_an_edit_in_the_chosen_ones_place_changes_what_dpo_learns(train, export):
    _, plain = train(trl.DPOTrainer, trl.DPOConfig, export(DECISIVE))
    trainer, edited = train(trl.DPOTrainer, trl.DPOConfig, export(DECISIVE, edit="chosen"))

    assert plain != edited
    decode = trainer.processing_class.decode
    assert decode(trainer.train_dataset[0]["chosen_ids"]).startswith("It is 0, of course.")


def test_dpo_trains_on_messages_with_a_template_of_turns(train, export):
    rows = export(DECISIVE, messages=True, suffix=".parquet")

    trainer, _ = train(trl.DPOTrainer, trl.DPOConfig, rows, template=TURNS)

    first = trainer.train_dataset[0]
    decode = trainer.processing_class.decode
    assert decode(first["prompt_ids"]) == "<user>What is 0 + 0?\n<assistant>"
    assert decode(first["chosen_ids"]).startswith("It is 0.</s>")


def test_provenance_beside_the_three_columns_changes_nothing(train, export):
    _, bare = train(trl.DPOTrainer, trl.DPOConfig, export(DECISIVE))
    _, beside = train(trl.DPOTrainer, trl.DPOConfig, export(DECISIVE, provenance=True))

    assert bare == beside


@pytest.mark.parametrize("messages", [False, True])
@pytest.mark.parametrize("choices", [DECISIVE, WITH_TIES], ids=["decisive", "with-ties"])
def test_kto_sees_both_labels_in_every_batch(train, export, choices, messages):
    rows = export(choices, format="kto", messages=messages)
    assert len(rows) == 2 * len(choices)

    trainer, _ = train(trl.KTOTrainer, trl.KTOConfig, rows)

    batches = [batch["label"].tolist() for batch in trainer.get_train_dataloader()]
    assert [label for batch in batches for label in batch] == list(rows["label"])
    assert all(set(batch) == {True, False} for batch in batches)


def test_kto_never_pairs_an_answer_with_its_own_prompt(export):
    rows = export(WITH_TIES, format="kto")

    for start in range(0, len(rows), BATCH):
        prompts = list(rows[start : start + BATCH]["prompt"])
        rotated = [prompts[-1], *prompts[:-1]]
        assert all(one != other for one, other in zip(prompts, rotated, strict=True))


def test_kto_trains_alike_on_strings_and_on_messages(train, export):
    strings = export(WITH_TIES, format="kto")
    messages = export(WITH_TIES, format="kto", messages=True)

    _, plain = train(trl.KTOTrainer, trl.KTOConfig, strings)
    _, conversational = train(trl.KTOTrainer, trl.KTOConfig, messages)

    assert plain == pytest.approx(conversational, rel=1e-5)


@pytest.mark.parametrize("messages", [False, True])
def test_a_reward_model_trains_alike_with_the_prompt_implicit(train, export, messages):
    explicit = export(DECISIVE, messages=messages)
    implicit = export(DECISIVE, messages=messages, implicit_prompt=True)
    assert ["chosen", "rejected"] == implicit.column_names

    _, with_prompt = train(trl.RewardTrainer, trl.RewardConfig, explicit)
    _, within = train(trl.RewardTrainer, trl.RewardConfig, implicit)

    assert with_prompt == pytest.approx(within, rel=1e-5)


def test_a_reward_model_trains_alike_on_strings_and_on_messages(train, export):
    _, plain = train(trl.RewardTrainer, trl.RewardConfig, export(DECISIVE))
    _, conversational = train(trl.RewardTrainer, trl.RewardConfig, export(DECISIVE, messages=True))

    assert plain == pytest.approx(conversational, rel=1e-5)


@pytest.mark.parametrize("messages", [False, True])
def test_a_reward_model_trains_with_and_without_a_margin(train, export, messages):
    plain = export(DECISIVE, messages=messages)
    graded = export(DECISIVE, messages=messages, margin=True)
    assert set(graded["margin"]) == {1.0, 2.0, 3.0}

    _, without = train(trl.RewardTrainer, trl.RewardConfig, plain)
    _, with_margin = train(trl.RewardTrainer, trl.RewardConfig, graded)

    assert all(more > less for more, less in zip(with_margin, without, strict=True))
