import gzip
import json
from datetime import UTC, datetime

import pytest
from helpers import DATA
from layout_samples import OASST, SAMPLES, read, said
from msgspec.structs import replace

import tiebreak as tb
from tiebreak.reading.rows import RowError
from tiebreak.records.label import Opinion


def one(name, **changes):
    (pair,) = read(name, SAMPLES[name][0] | changes)
    return pair


def opinion(name, **changes):
    (found,) = one(name, **changes).opinions
    return found


def refused(name, **changes):
    with pytest.raises(RowError) as error:
        read(name, SAMPLES[name][0] | changes)
    return str(error.value)


IRON, WOOD = [said("assistant", "Iron.")], [said("assistant", "Wood.")]
METAL = [said("user", "Name a metal.")]


# LLaMA-Factory


def test_sharegpt_turns_become_messages():
    pair = one("sharegpt")

    assert pair.prompt == [said("system", "Be brief."), *METAL]
    assert (pair.a, pair.b) == (IRON, WOOD)
    assert pair.opinions == (Opinion("dataset", "human", "a"),)


def test_sharegpt_takes_the_system_column():
    turns = [{"from": "human", "value": "Name a metal."}]
    [pair] = tb.read_pairs(
        [SAMPLES["sharegpt"][0] | {"conversations": turns, "system": "Be kind."}]
    ).found

    assert pair.prompt == [said("system", "Be kind."), *METAL]


def test_sharegpt_that_ends_with_the_assistant_is_named():
    turns = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]

    assert "ends with a turn of the assistant" in refused("sharegpt", conversations=turns)


def test_alpaca_joins_instruction_and_input():
    assert one("alpaca_ranking").prompt == "Name a metal.\nIt is to be soft."
    assert one("alpaca_ranking", input="").prompt == "Name a metal."


def test_alpaca_history_makes_a_dialogue():
    [pair] = tb.read_pairs(
        [SAMPLES["alpaca_ranking"][0] | {"input": None, "history": [["Hi", "Hello"]]}]
    ).found

    assert pair.prompt == [said("user", "Hi"), said("assistant", "Hello"), *METAL]
    assert pair.a == [said("assistant", "Lead.")]


def test_an_alpaca_answer_that_is_no_text_is_named():
    assert refused("alpaca_ranking", chosen=["Lead."]) == "chosen is not text but a list"


# Anthropic HH


def test_a_transcript_is_split_at_the_last_answer():
    pair = one("anthropic_hh")

    assert pair.prompt == [said("user", "Hi"), said("assistant", "Hello"), said("user", "A metal?")]
    assert (pair.a, pair.b) == (IRON, WOOD)
    assert pair.opinions == (Opinion("crowd", "human", "a"),)


def test_a_transcript_may_begin_without_the_blank_line():
    bare = {key: said.lstrip() for key, said in SAMPLES["anthropic_hh"][0].items()}

    assert read("anthropic_hh", bare) == read("anthropic_hh", SAMPLES["anthropic_hh"][0])


@pytest.mark.parametrize(
    ("rejected", "what"),
    [
        ("\n\nHuman: Bye\n\nAssistant: Wood.", "different prompts"),
        (
            "\n\nHuman: Hi\n\nAssistant: Ho\n\nHuman: A metal?\n\nAssistant: No.",
            "different prompts",
        ),
        ("\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: A metal?", "has no reply"),
        ("\n\nHuman: Hi\n\nHuman: A metal?\n\nAssistant: Wood.", "has no reply"),
        ("\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: A metal?\n\nAssistant:", "empty turn"),
        ("Wood.", "does not begin with a turn"),
    ],
)
def test_transcripts_that_do_not_belong_together_are_named(rejected, what):
    assert what in refused("anthropic_hh", rejected=rejected)


# UltraFeedback


def test_every_two_completions_of_different_score_give_a_pair():
    pairs = read("ultrafeedback", *SAMPLES["ultrafeedback"])

    assert [(pair.model_a, pair.model_b, pair.opinions[0].preference) for pair in pairs] == [
        ("alpaca-7b", "gpt-4", "b"),
        ("alpaca-7b", "llama-2-7b-chat", "b"),
        ("alpaca-7b", "wizardlm-7b", "b"),
        ("gpt-4", "llama-2-7b-chat", "a"),
        ("gpt-4", "wizardlm-7b", "a"),
    ]
    assert {pair.opinions[0].source for pair in pairs} == {"judge"}


def test_ratings_of_aspects_are_criteria_unless_one_is_missing():
    pairs = read("ultrafeedback", *SAMPLES["ultrafeedback"])

    assert pairs[0].opinions[0].criteria == {"helpfulness": "b"}
    assert pairs[3].opinions[0].criteria == {"honesty": "a", "helpfulness": "tie"}


def test_a_completion_without_a_score_is_named():
    completions = [dict(c) for c in SAMPLES["ultrafeedback"][0]["completions"]]
    completions[2]["fine-grained_score"] = "N/A"

    assert refused("ultrafeedback", completions=completions) == (
        "completion 3: fine-grained_score is not a number but 'N/A'"
    )


def test_binarized_equal_scores_carry_no_preference():
    assert one("ultrafeedback_binarized").opinions == (Opinion("judge", "judge", "a"),)
    assert one("ultrafeedback_binarized", score_rejected=8.5).opinions == ()


# HelpSteer


def test_helpsteer2_markup_becomes_turns():
    pair = one("helpsteer2")

    assert pair.prompt == [said("user", "Hi"), said("assistant", "Hello."), *METAL]
    assert (pair.a, pair.b) == (WOOD, IRON)
    assert one("helpsteer2", prompt="Name a metal.").prompt == METAL


def test_helpsteer2_raters_stand_beside_their_consensus():
    found = one("helpsteer2").opinions

    assert [(o.annotator, o.preference, o.strength) for o in found] == [
        ("consensus", "b", 2),
        ("rater-1", "b", 2),
        ("rater-2", "both_bad", None),
        ("rater-3", "tie", None),
        ("rater-4", "a", 1),
    ]
    assert found[2].note == "Neither says why."
    assert found[0].note == "@Response 2 is better than @Response 1.\n\nWood is no metal."


@pytest.mark.parametrize(
    ("degree", "preference", "strength"),
    [(-3, "a", 3), (-1, "a", 1), (0, "tie", None), (1, "b", 1), (2.0, "b", 2)],
)
def test_helpsteer3_degrees_below_zero_prefer_the_first(degree, preference, strength):
    found = one("helpsteer3", overall_preference=degree).opinions[0]

    assert (found.preference, found.strength) == (preference, strength)


def test_a_number_too_long_to_write_down_is_named():
    assert "not a whole number but a number" in refused("helpsteer3", overall_preference=10**5000)


def test_helpsteer3_reasons_and_feedback_are_the_note():
    assert one("helpsteer3").opinions[1].note == (
        "Wood is no metal.\n\nResponse 1: Right.\n\nResponse 2: Wrong."
    )


@pytest.mark.parametrize("degree", [4, -99, 1.5, "2", True])
def test_a_degree_beyond_the_scale_is_named(degree):
    assert "overall_preference is" in refused("helpsteer3", overall_preference=degree)


# Chatbot Arena and MT-Bench


@pytest.mark.parametrize("name", ["arena_33k", "arena_100k", "arena_140k"])
@pytest.mark.parametrize(
    ("winner", "preference"),
    [
        ("model_a", "a"),
        ("model_b", "b"),
        ("tie", "tie"),
        ("tie (bothbad)", "both_bad"),
        ("both_bad", "both_bad"),
    ],
)
def test_arena_winners(name, winner, preference):
    assert opinion(name, winner=winner).preference == preference


def test_arena_voters_and_times():
    by_33k, by_100k, by_140k = map(opinion, ("arena_33k", "arena_100k", "arena_140k"))

    assert (by_33k.annotator, by_100k.annotator, by_140k.annotator) == (
        *("arena_user_973", "4a1c", "arena"),
    )
    assert by_33k.at == datetime(2023, 4, 24, 15, 53, 11, 132200, tzinfo=UTC)
    assert by_140k.at == datetime(2025, 5, 1, 12, tzinfo=UTC)


def test_the_blocks_of_140k_are_texts():
    pair = one("arena_140k")

    assert (pair.prompt, pair.a) == (METAL, WOOD)
    assert pair.id == "2388de59-aecd-44df-a342-61af9303a92d"


def test_a_picture_in_140k_is_a_picture_and_one_that_is_not_there_is_named():
    picture = {"type": "image", "text": None, "image": "x.png", "mimeType": "image/png"}
    turns = {
        f"conversation_{side}": [said("user", [picture]), said("assistant", side)] for side in "ab"
    }

    assert one("arena_140k", **turns).prompt == [
        said("user", [{"type": "image", "image": "x.png"}])
    ]
    with pytest.raises(tb.PairsError, match=r"x\.png"):
        tb.read_pairs([SAMPLES["arena_140k"][0] | turns])


def test_what_the_models_said_before_is_part_of_the_responses():
    pair = one("arena_55k")

    assert pair.prompt == METAL
    assert pair.a == [*IRON, said("user", "Another?"), said("assistant", "Lead.")]
    assert pair.b == [said("assistant", "Tin."), said("user", "Another?"), *WOOD]


def test_the_same_first_answer_is_part_of_the_prompt():
    pair = one("arena_55k", response_b=json.dumps(["Iron.", "Wood."]))

    assert pair.prompt == [*METAL, *IRON, said("user", "Another?")]
    assert pair.b == WOOD


def test_a_null_turn_of_55k_is_named():
    what = refused("arena_55k", response_a=json.dumps(["Iron.", None]))

    assert what == "a turn without text in prompt and response_a"


@pytest.mark.parametrize("broken", ["[", "Iron.", "[[" * 9000, '"Iron."', '["Iron."]'])
def test_55k_turns_that_do_not_fit_are_named(broken):
    assert "response_a" in refused("arena_55k", response_a=broken)


@pytest.mark.parametrize("flags", [(0, 0, 0), (1, 1, 0), (1, 0, 1)])
def test_55k_with_none_or_two_winners_is_named(flags):
    names = ("winner_model_a", "winner_model_b", "winner_tie")

    assert "not one winner" in refused("arena_55k", **dict(zip(names, flags, strict=True)))


def test_dialogues_with_different_users_are_named():
    turns = [said("user", "Name a tree."), *WOOD]

    assert refused("arena_33k", conversation_b=turns) == "the two dialogues have different prompts"


def test_mt_bench_judges_meet_on_one_pair_whichever_way_they_saw_it():
    row = SAMPLES["mt_bench"][0]
    turned = row | {
        "model_a": row["model_b"],
        "model_b": row["model_a"],
        "conversation_a": row["conversation_b"],
        "conversation_b": row["conversation_a"],
        "winner": "model_b",
        "judge": "gpt4_pair",
    }
    one_way, other_way = read("mt_bench", row, turned)

    assert (one_way.model_a, one_way.model_b) == ("alpaca-13b", "gpt-4")
    assert replace(one_way, opinions=()) == replace(other_way, opinions=())
    assert one_way.opinions == (Opinion("expert_0", "human", "b"),)
    assert other_way.opinions == (Opinion("gpt4_pair", "judge", "b"),)


def test_mt_bench_turn_one_is_the_first_exchange():
    pair = one("mt_bench", turn=1)

    assert (pair.prompt, pair.b) == (METAL, IRON)
    assert len(one("mt_bench", turn=2).b) == 3


@pytest.mark.parametrize("winner", ["tie", "tie (inconsistent)"])
def test_mt_bench_ties_of_every_kind_are_ties(winner):
    assert opinion("mt_bench", winner=winner).preference == "tie"


@pytest.mark.parametrize(
    ("judge", "source"),
    [("author_1", "human"), ("expert_51", "human"), (["gpt-4", "pair-v2"], "judge")],
)
def test_mt_bench_judges_are_people_or_models(judge, source):
    found = opinion("mt_bench", judge=judge)

    assert found.source == source
    assert found.annotator in judge


# The others


def test_helpful_and_safe_are_kept_apart():
    found = opinion("pku_saferlhf")

    assert found.criteria == {"helpful": "a", "safe": "b"}
    assert found.preference == "skip"
    assert found.flags == {"a": ["unsafe", "Economic Crime"]}
    assert one("pku_saferlhf").meta == {
        "prompt_source": "Alpaca3-70B",
        "severity_level_a": 1,
        "severity_level_b": 0,
    }


def test_helpful_and_safe_alike_are_a_preference():
    found = opinion("pku_saferlhf", better_response_id=1)

    assert found.preference == "b"
    assert found.criteria == {"helpful": "b", "safe": "b"}


def test_an_unknown_side_of_pku_is_named():
    assert refused("pku_saferlhf", safer_response_id=2) == "safer_response_id is 2, not one of 0, 1"


@pytest.mark.parametrize(("label", "preference"), [(1, "a"), (0, "b")])
def test_shp_label_one_prefers_the_first(label, preference):
    assert opinion("shp", labels=label) == Opinion("reddit", "feedback", preference)


def test_summaries_have_trls_prompt_and_the_workers_notes():
    pair = one("summarize_feedback")

    assert pair.prompt == (
        "SUBREDDIT: r/cats\n\nTITLE: My (20M) cat\n\nPOST: I met a cat. It was soft.\n\nTL;DR:"
    )
    assert (pair.model_a, pair.model_b) == ("sup4_ppo_rm3_kl10", "ref")
    assert pair.opinions[0].annotator == "CyQIsUNMwIJ36kMUMv8FMqHrQNbIBb"
    assert pair.opinions[0].note == "Summary 1: Short."
    assert pair.meta["confidence"] == 7


def test_summaries_of_an_article_are_asked_for_with_the_article():
    info = {"id": "cnn-1", "title": "Rust", "article": "Iron rusts.", "site": "cnn"}

    assert one("summarize_feedback", info=info).prompt == (
        "TITLE: Rust\n\nARTICLE: Iron rusts.\n\nTL;DR:"
    )


def test_summaries_of_nothing_are_named():
    assert refused("summarize_feedback", info={"id": "t3"}) == "info: no article"
    assert refused("summarize_feedback", summaries=[{"text": "x"}]) == "1 summaries, not two"


@pytest.mark.parametrize(("score", "preference"), [(-0.25, "b"), (0, "tie"), (1, "a")])
def test_webgpt_scores(score, preference):
    pair = one("webgpt", score_0=score, score_1=-score)

    assert pair.opinions == (Opinion("labelers", "human", preference),)
    assert pair.meta == {"source": "eli5", "question_id": "mbqpp", "score_a": score}


def test_webgpt_scores_that_contradict_are_named():
    assert "prefer both" in refused("webgpt", score_0=0.5)


def test_nectar_rank_one_is_best_and_equal_ranks_give_no_pair():
    pairs = read("nectar", *SAMPLES["nectar"])
    answers = [{"answer": "Tin.", "rank": 1}, {"answer": "Iron.", "rank": 1}]

    assert [(pair.model_a, pair.model_b, pair.opinions[0].preference) for pair in pairs] == [
        ("gpt-4", "claude-2", "b"),
        ("gpt-4", "llama-2-7b-chat", "a"),
        ("claude-2", "llama-2-7b-chat", "a"),
    ]
    assert pairs[0].prompt == METAL
    assert read("nectar", SAMPLES["nectar"][0] | {"answers": answers}) == []


@pytest.mark.parametrize("name", ["oasst", "oasst_trees"])
def test_ranked_siblings_give_pairs_with_the_thread_as_prompt(name):
    first, second = read(name, *SAMPLES[name])

    assert first.prompt == [said("user", "What is rust?")]
    assert first.a == [said("assistant", "Iron oxide.")]
    assert first.opinions == (Opinion("crowd", "human", "b"),)
    assert [turn["content"] for turn in second.prompt] == [
        "What is rust?",
        "Iron that met water and air.",
        "Can it be stopped?",
    ]
    assert second.opinions[0].preference == "a"


def test_messages_may_come_in_any_order():
    def texts(rows):
        return sorted((str(pair.prompt), str(pair.a), str(pair.b)) for pair in read("oasst", *rows))

    assert texts(sorted(OASST, key=lambda message: message["text"])) != []
    assert len(texts(OASST[::-1])) == 2


def test_a_reply_that_reviewers_threw_out_gives_no_pair():
    kept = [m | {"review_result": m["message_id"] != "m2"} for m in OASST]

    assert len(read("oasst", *kept)) == 1


def test_a_thread_whose_beginning_is_missing_is_named():
    with pytest.raises(RowError, match="message it answers is missing"):
        read("oasst", *OASST[4:])


def test_a_row_that_is_no_message_is_named():
    with pytest.raises(RowError, match="no message_id"):
        read("oasst", *OASST, {"text": "alone"})


def test_multipref_has_four_people_with_criteria_and_reasons():
    pair = one("multipref")
    first, second, third, _ = pair.opinions

    assert pair.id == "d0be61f1"
    assert [o.annotator for o in pair.opinions] == [
        *("crowd-jovial_shirley", "crowd-calm_bell", "expert-keen_curie", "expert-wise_noether"),
    ]
    assert [(o.preference, o.strength) for o in pair.opinions] == [
        *(("a", 2), ("tie", None), ("b", 1), ("a", 1)),
    ]
    assert first.criteria == {"helpful": "a", "truthful": "tie", "harmless": "tie"}
    assert first.reasons == {
        "a": ["It is more to the point", "Both are equally correct"],
        "b": ["Both are equally correct"],
    }
    assert first.note == "helpful: Short."
    assert second.note is None
    assert third.reasons["b"][0] == "It is more to the point"
    assert first.seconds == 283
    assert first.at == datetime(2024, 5, 21, 19, 18, 25, 735159, tzinfo=UTC)


def test_reward_bench_keeps_models_and_subset():
    pair = one("reward_bench")

    assert (pair.model_a, pair.model_b) == ("GPT4-Turbo", "alpaca-7b")
    assert pair.meta == {"subset": "alpacaeval-easy", "reward_bench_id": "0"}


def test_openai_messages():
    pair = one("openai")

    assert (pair.prompt, pair.a, pair.b) == (METAL, IRON, WOOD)
    assert refused("openai", input={}) == "input: no messages"


# Argilla


def test_argilla_people_and_suggestions():
    pair = one("argilla")

    assert (pair.prompt, pair.a, pair.b) == ("Name a metal.", "Iron.", "Wood.")
    assert (pair.id, pair.model_a, pair.meta) == ("7c1f", "m1", {"topic": "metals"})
    assert pair.opinions == (
        Opinion("u-1", "human", "a", criteria={"correct": "a"}, note="why: Wood is none."),
        Opinion("u-2", "human", "tie"),
        Opinion("gpt-4o", "judge", "b"),
    )


@pytest.mark.parametrize(
    ("value", "preference"),
    [
        (["response2", "response1"], "b"),
        ([{"value": "response2", "rank": 2}, {"value": "response1", "rank": 1}], "a"),
        ([{"value": "response2", "rank": 1}, {"value": "response1", "rank": 1}], "tie"),
        ("Response 2", "b"),
        ("A", "a"),
        ("Both bad", "both_bad"),
    ],
)
def test_argilla_labels_and_rankings(value, preference):
    responses = {"preference": [{"value": value, "user_id": "u-1"}]}

    assert opinion("argilla", responses=responses, suggestions={}).preference == preference


@pytest.mark.parametrize("value", ["response3", 2, ["response1"], ["response1", "response1"]])
def test_an_argilla_answer_that_names_no_response_is_named(value):
    responses = {"preference": [{"value": value, "user_id": "u-1"}]}

    assert "names neither" in refused("argilla", responses=responses)


def test_argilla_drafts_are_left_out_and_discarded_ones_skipped():
    answers = [
        {"value": "response1", "user_id": "u-1", "status": "draft"},
        {"value": None, "user_id": "u-2", "status": "discarded"},
        {"value": "response2", "user_id": "u-3", "status": "submitted"},
    ]
    found = one("argilla", responses={"preference": answers}, suggestions={}).opinions

    assert found == (Opinion("u-2", "human", "skip"), Opinion("u-3", "human", "b"))


def test_an_argilla_record_nobody_answered_is_a_pair():
    assert one("argilla", responses={}, suggestions={}).opinions == ()


def test_fields_of_which_none_is_a_prompt_are_named():
    what = refused("argilla", fields={"x": "1", "y": "2", "z": "3"})

    assert what.startswith("fields: the fields do not show")
    assert "'x', 'y', 'z'" in what


# Label Studio


def task(*results, **annotation):
    return {"annotations": [{"completed_by": 1, "result": list(results), **annotation}]}


def pairwise(selected, to_name="answer1,answer2"):
    return {"type": "pairwise", "to_name": to_name, "value": {"selected": selected}}


def choices(*chosen):
    return {"type": "choices", "from_name": "also", "value": {"choices": list(chosen)}}


def test_label_studio_annotations():
    pair = one("label_studio")

    assert (pair.id, pair.prompt, pair.a) == ("12", "Name a metal.", "Iron.")
    assert pair.opinions == (
        Opinion(
            "10",
            "human",
            "a",
            note="why: Wood is none.",
            shown_left="a",
            seconds=4.288,
            at=datetime(2023, 5, 9, 22, 16, 8, 728353, tzinfo=UTC),
        ),
        Opinion(
            "ann@example.org",
            "human",
            "skip",
            shown_left="a",
            seconds=1.0,
            at=datetime(2023, 5, 9, 22, 20, tzinfo=UTC),
        ),
    )


def test_the_names_in_to_name_say_which_side_was_left():
    found = opinion("label_studio", **task(pairwise("left", "answer2,answer1")))

    assert (found.preference, found.shown_left) == ("b", "b")


def test_a_tie_is_a_choice_beside_the_pairwise_tag():
    assert opinion("label_studio", **task(choices("Tie"))).preference == "tie"
    found = opinion("label_studio", **task(choices("Tie", "Rude"), pairwise("right")))
    assert (found.preference, found.note) == ("b", "also: Tie\n\nalso: Rude")


def test_predictions_are_a_judges():
    predictions = [{"model_version": "rm-1", "result": [pairwise("right")], "score": 0.9}]
    found = opinion("label_studio", annotations=[], predictions=predictions)

    assert found == Opinion("rm-1", "judge", "b")


def test_label_studio_results_that_say_nothing_are_named():
    assert "annotation 1: nothing in result" in refused("label_studio", **task(choices("Rude")))
    assert "neither left nor right" in refused("label_studio", **task(pairwise("up")))


def test_what_tiebreak_exports_to_label_studio_is_read():
    rating = {"type": "rating", "from_name": "strength", "value": {"rating": 2}}
    note = {"type": "textarea", "from_name": "note", "value": {"text": ["Wood is none."]}}
    by = {"meta": {"text": ["ann"]}}
    results = task(pairwise("right") | by, rating, note, completed_by=None)
    data = SAMPLES["label_studio"][0]["data"] | {"id": "p1"}
    pair = one("label_studio", data=data, **results)

    assert pair.id == "p1"
    assert pair.opinions == (
        Opinion("ann", "human", "b", strength=2, note="Wood is none.", shown_left="a"),
    )


def test_what_tiebreak_exports_to_argilla_is_read():
    answers = {"preference": "b", "strength": 3, "note": "Wood is none."}
    responses = {
        name: [{"value": value, "user_id": "u-1", "status": "submitted"}]
        for name, value in answers.items()
    }
    found = opinion("argilla", responses=responses, suggestions={})

    assert found == Opinion("u-1", "human", "b", strength=3, note="Wood is none.")


# Real files


def real(path):
    file = DATA / path
    if not file.exists():
        pytest.skip(f"{path} is not at {DATA}")
    return file.read_bytes()


def test_the_real_transcripts_of_anthropic_hh():
    lines = gzip.decompress(real("hh-rlhf/harmless-base-test.jsonl.gz")).splitlines()
    pairs, wrong = [], []
    for line in lines:
        try:
            pairs += read("anthropic_hh", json.loads(line))
        except RowError as error:
            wrong.append(str(error))

    assert len(pairs) + len(wrong) == 2312
    assert len(pairs) > 2290
    assert all(pair.prompt[-1]["role"] == "user" for pair in pairs)
    assert all("\n\nHuman:" not in str(pair) for pair in pairs)


def test_the_real_rows_of_llama_factory():
    rows = json.loads(real("llama_factory/dpo_en_demo.json"))
    pairs = read("sharegpt", *rows)

    assert len(pairs) == 300
    assert all(pair.prompt[-1]["role"] == "user" for pair in pairs)
    assert pairs[0].a[0]["content"] == rows[0]["chosen"]["value"]


def test_blank_lines_without_end_in_a_helpsteer_prompt_take_no_long_time():
    row = SAMPLES["helpsteer2"][0] | {"prompt": "Hi" + "\n" * 100_000 + "there"}

    assert len(tb.read_pairs([row])) == 1


def test_a_140k_battle_without_its_session_is_read():
    row = {k: v for k, v in SAMPLES["arena_140k"][0].items() if k != "evaluation_session_id"}

    assert tb.read_pairs([row]).layout == "arena_140k"
