"""The files that the examples of the README and the site speak of."""

import json

import tiebreak as tb


def write_files(folder):
    """Write them into a folder."""
    samples = tb.sample_pairs().drop(columns="topic").to_dict("records")
    write(folder / "pairs.jsonl", samples)
    write(
        folder / "judged.jsonl",
        [
            {"prompt": row["prompt"], "chosen": row["response_a"], "rejected": row["response_b"]}
            for row in samples[:30]
        ],
    )
    same = {"prompt": "Say hi.", "chosen": "Hi!", "rejected": "Hi!"}
    good = {"prompt": "Name a metal.", "chosen": "Iron.", "rejected": "Wood."}
    write(folder / "train.jsonl", [good, same])
    for model in ("small", "large"):
        write(
            folder / f"{model}.jsonl",
            [{"prompt": f"Name {n} metals.", "response": f"{model}: {n}."} for n in range(1, 7)],
        )
    (folder / "guidelines.md").write_text("# Read both\n\nFacts before style.\n", "utf-8")
    (folder / "photos").mkdir()


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
