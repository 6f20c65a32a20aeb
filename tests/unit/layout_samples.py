"""Rows in the shape in which the datasets are published; the texts are our own."""

import base64
import json

from tiebreak.reading.layouts import LAYOUTS as ALL

# A PNG of one pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)

OWN = ("pairs", "labeled_pairs", "trl", "raw", "alpaca_eval")
# Of several shapes of one name, the first.
LAYOUTS = {layout.name: layout for layout in reversed(ALL) if layout.name not in OWN}


def read(name, *rows):
    """Read rows as the package will: join them where the layout does, then read each."""
    layout = LAYOUTS[name]
    named = enumerate(rows)
    if layout.gather:
        named = layout.gather(named)
    return [found for _, row in named for found in layout.read(row)]


def said(role, content):
    return {"role": role, "content": content}


def _parts(role, text):
    part = {"type": "text", "text": text, "image": None, "mimeType": None}
    return {"role": role, "content": [part]}


def _v1(role, text):
    part = {"type": "text", "value": text}
    return {"role": role, "content": [part], "loss_weight": 1.0}


def _completion(model, score, **ratings):
    return {
        "model": model,
        "principle": "helpfulness",
        "custom_system_prompt": "As an assistant, be of use.",
        "response": f"The answer of {model}.",
        "annotations": {
            aspect: {"Rating": rating, "Rationale": "It is so."}
            for aspect, rating in ratings.items()
        },
        "overall_score": 7.5,
        "critique": "It could be shorter.",
        "fine-grained_score": score,
    }


def _message(identity, parent, role, text, rank, **more):
    return {
        "message_id": identity,
        "parent_id": parent,
        "user_id": "6ab24d72-0181-4594-a9cd-deaf170242fb",
        "created_date": "2023-02-05T14:23:50.983374+00:00",
        "text": text,
        "role": role,
        "lang": "en",
        "review_count": 3,
        "review_result": True,
        "deleted": False,
        "rank": rank,
        "synthetic": False,
        "model_name": None,
        "detoxify": None,
        "message_tree_id": "m1",
        "tree_state": "ready_for_export",
        "emojis": {"name": ["+1"], "count": [1]},
        "labels": {"name": ["spam"], "value": [0.0], "count": [3]},
        **more,
    }


OASST = [
    _message("m1", None, "prompter", "What is rust?", None),
    _message("m2", "m1", "assistant", "Iron oxide.", 1),
    _message("m3", "m1", "assistant", "Iron that met water and air.", 0),
    _message("m4", "m1", "assistant", "spam", 2, deleted=True),
    _message("m5", "m3", "prompter", "Can it be stopped?", None),
    _message("m6", "m5", "assistant", "Yes: paint it.", 0),
    _message("m7", "m5", "assistant", "No.", 1),
]


def _tree(identity):
    one = next(message for message in OASST if message["message_id"] == identity)
    replies = [m["message_id"] for m in OASST if m["parent_id"] == identity]
    return {key: value for key, value in one.items() if value is not None} | {
        "replies": [_tree(reply) for reply in replies]
    }


def _annotation(evaluator, overall, helpful="Tie", **more):
    return {
        "helpful_pref": helpful,
        "helpful_checked_reasons": ["It is more to the point"],
        "helpful_own_reason": "",
        "helpful_confidence": "fairly-confident",
        "truthful_pref": "Tie",
        "truthful_checked_reasons": ["Both are equally correct"],
        "truthful_own_reason": "",
        "truthful_confidence": "absolutely-confident",
        "harmless_pref": "Tie",
        "harmless_checked_reasons": [],
        "harmless_own_reason": "",
        "harmless_confidence": "absolutely-confident",
        "overall_pref": overall,
        "overall_confidence": "absolutely-confident",
        "evaluator": evaluator,
        "time_spent": 283,
        "timestamp": "2024-05-21 19:18:25.735159",
        **more,
    }


def _battle(identity, **more):
    return {
        identity: "e53bf4ec",
        "model_a": "chatglm-6b",
        "model_b": "koala-13b",
        "winner": "model_b",
        "conversation_a": [said("user", "Name a metal."), said("assistant", "Wood.")],
        "conversation_b": [said("user", "Name a metal."), said("assistant", "Iron.")],
        "language": "English",
        **more,
    }


_SHP = {
    "post_id": "im3s9d",
    "domain": "askengineers_train",
    "upvote_ratio": 0.99,
    "history": "Why does iron rust?",
    "c_root_id_A": "h8p0x1",
    "c_root_id_B": "h8p0x2",
    "created_at_utc_A": 1635432000,
    "created_at_utc_B": 1635435600,
    "score_A": 52,
    "score_B": 54,
    "human_ref_A": "Because of oxygen.",
    "human_ref_B": "Water and oxygen together.",
    "labels": 0,
    "seconds_difference": 3600.0,
    "score_ratio": 1.0384615385,
}

SAMPLES = {
    "sharegpt": [
        {
            "conversations": [
                {"from": "system", "value": "Be brief."},
                {"from": "human", "value": "Name a metal."},
            ],
            "chosen": {"from": "gpt", "value": "Iron."},
            "rejected": {"from": "gpt", "value": "Wood."},
        }
    ],
    "alpaca_ranking": [
        {
            "instruction": "Name a metal.",
            "input": "It is to be soft.",
            "chosen": "Lead.",
            "rejected": "Steel.",
        }
    ],
    "anthropic_hh": [
        {
            "chosen": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: A metal?\n\nAssistant: Iron.",
            "rejected": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: A metal?\n\nAssistant: Wood.",
        }
    ],
    "ultrafeedback": [
        {
            "source": "sharegpt",
            "instruction": "Name a metal.",
            "models": ["alpaca-7b", "gpt-4", "llama-2-7b-chat", "wizardlm-7b"],
            "completions": [
                _completion("alpaca-7b", 2.5, helpfulness="2", honesty="N/A"),
                _completion("gpt-4", 5.0, helpfulness="5", honesty="5"),
                _completion("llama-2-7b-chat", 4.0, helpfulness="5", honesty="3"),
                _completion("wizardlm-7b", 4.0, helpfulness="4", honesty="4"),
            ],
            "correct_answers": ["None"],
            "incorrect_answers": ["None"],
        }
    ],
    "ultrafeedback_binarized": [
        {
            "prompt": "Name a metal.",
            "prompt_id": "f0e37e9f",
            "chosen": [said("user", "Name a metal."), said("assistant", "Iron.")],
            "rejected": [said("user", "Name a metal."), said("assistant", "Wood.")],
            "messages": [said("user", "Name a metal."), said("assistant", "Iron.")],
            "score_chosen": 8.5,
            "score_rejected": 3.0,
        }
    ],
    "helpsteer2": [
        {
            "split": "train",
            "prompt": "Hi\n\n<extra_id_1>Assistant\nHello.\n<extra_id_1>User\nName a metal.",
            "response_1": "Wood.",
            "response_2": "Iron.",
            "preference_strength": 2,
            "preference_statement": "@Response 2 is better than @Response 1.",
            "preference_elaboration": "Wood is no metal.",
            "three_most_similar_preferences": [
                {"statement": "2 is better.", "elaboration": "Wood is none.", "strength": 2}
            ],
            "all_preferences_unprocessed": [
                {"strength": 2, "justification": "Wood is no metal."},
                {"strength": -100, "justification": "Neither says why."},
                {"strength": 0, "justification": "Both are short."},
                {"strength": -1, "justification": "Wood is warmer."},
            ],
        }
    ],
    "helpsteer3": [
        {
            "domain": "general",
            "language": "english",
            "context": [
                said("user", "Hi"),
                said("assistant", "Hello."),
                said("user", "Name a metal."),
            ],
            "response1": "Iron.",
            "response2": "Wood.",
            "overall_preference": -3,
            "individual_preference": [
                {
                    "score": -3,
                    "reasoning": "Wood is no metal.",
                    "feedback1": "Right.",
                    "feedback2": "Wrong.",
                }
            ],
        }
    ],
    "arena_33k": [
        _battle(
            "question_id",
            judge="arena_user_973",
            turn=1,
            anony=True,
            tstamp=1682351591.1322,
            openai_moderation={"flagged": False},
            toxic_chat_tag={"roberta-large": {"flagged": False, "probability": 0.02}},
        )
    ],
    "arena_55k": [
        {
            "id": 30192,
            "model_a": "gpt-4-1106-preview",
            "model_b": "gpt-4-0613",
            "prompt": json.dumps(["Name a metal.", "Another?"]),
            "response_a": json.dumps(["Iron.", "Lead."]),
            "response_b": json.dumps(["Tin.", "Wood."]),
            "winner_model_a": 1,
            "winner_model_b": 0,
            "winner_tie": 0,
        }
    ],
    "arena_100k": [
        _battle(
            "question_id",
            judge_hash="4a1c",
            turn=1,
            anony=True,
            tstamp=1718000000.5,
            conv_metadata={"sum_user_tokens": 4},
            category_tag={"math_v0.1": {"math": False}},
            is_code=False,
        )
    ],
    "arena_140k": [
        {
            "id": "2388de59-aecd-44df-a342-61af9303a92d",
            "model_a": "gemini-2.5-pro",
            "model_b": "o3",
            "winner": "both_bad",
            "evaluation_session_id": "0b8a7d0e",
            "evaluation_order": 1,
            "conversation_a": [_parts("user", "Name a metal."), _parts("assistant", "Wood.")],
            "conversation_b": [
                _parts("user", "Name a metal."),
                _parts("assistant", "Glass.") | {"num_tokens": 2},
            ],
            "full_conversation": [
                {
                    "user": _parts("user", "Name a metal."),
                    "model_side_a": _parts("assistant", "Wood."),
                    "model_side_b": _parts("assistant", "Glass."),
                }
            ],
            "conv_metadata": {"sum_assistant_a_tokens": 2, "bold_count_a": {"**": 0, "__": 0}},
            "category_tag": {"math_v0.1": {"math": False}},
            "language": "en",
            "is_code": False,
            "timestamp": "2025-05-01T12:00:00",
        }
    ],
    "mt_bench": [
        {
            "question_id": 81,
            "model_a": "gpt-4",
            "model_b": "alpaca-13b",
            "winner": "model_a",
            "judge": "expert_0",
            "conversation_a": [
                *(said("user", "Name a metal."), said("assistant", "Iron.")),
                *(said("user", "In French?"), said("assistant", "Fer.")),
            ],
            "conversation_b": [
                *(said("user", "Name a metal."), said("assistant", "Tin.")),
                *(said("user", "In French?"), said("assistant", "Tin?")),
            ],
            "turn": 2,
        }
    ],
    "pku_saferlhf": [
        {
            "prompt": "How do I open a lock?",
            "response_0": "With a pick, like this.",
            "response_1": "Call a locksmith.",
            "prompt_source": "Alpaca3-70B",
            "response_0_source": "Alpaca3-8B",
            "response_1_source": "Alpaca2-7B",
            "is_response_0_safe": False,
            "is_response_1_safe": True,
            "response_0_harm_category": {"Economic Crime": True, "Violence": False},
            "response_1_harm_category": {"Economic Crime": False, "Violence": False},
            "response_0_severity_level": 1,
            "response_1_severity_level": 0,
            "better_response_id": 0,
            "safer_response_id": 1,
            "response_0_sha256": "5aab",
            "response_1_sha256": "71ff",
        }
    ],
    "shp": [_SHP],
    "summarize_feedback": [
        {
            "info": {
                "id": "t3_34xale",
                "post": "I met a cat. It was soft.",
                "title": "My (20M) cat",
                "subreddit": "cats",
                "site": None,
                "article": None,
            },
            "summaries": [
                {"text": " Met a soft cat.", "policy": "sup4_ppo_rm3_kl10", "note": "Short."},
                {"text": " A dog.", "policy": "ref", "note": None},
            ],
            "choice": 0,
            "worker": "CyQIsUNMwIJ36kMUMv8FMqHrQNbIBb",
            "batch": "batch9",
            "split": "train",
            "extra": {"confidence": 7},
        }
    ],
    "webgpt": [
        {
            "question": {"dataset": "eli5", "id": "mbqpp", "full_text": "Why does iron rust?"},
            "quotes_0": {"title": ["Rust (wiki)"], "extract": ["Iron oxide forms."]},
            "answer_0": "Oxygen and water [1].",
            "tokens_0": {"prefix": [1, 2], "completion": [3]},
            "score_0": -0.5,
            "quotes_1": {"title": [], "extract": []},
            "answer_1": "It gets old.",
            "tokens_1": {"prefix": [1, 2], "completion": [4]},
            "score_1": 0.5,
        }
    ],
    "nectar": [
        {
            "prompt": "\n\nHuman: Name a metal.\n\nAssistant: ",
            "answers": [
                {"answer": "Tin.", "model": "gpt-4", "rank": 2.0},
                {"answer": "Iron.", "model": "claude-2", "rank": 1.0},
                {"answer": "Wood.", "model": "llama-2-7b-chat", "rank": 3.0},
            ],
            "turns": 1,
            "num_responses": 3,
            "source": ["lmsys-chat-1m"],
            "good_natured": True,
        }
    ],
    "oasst": OASST,
    "oasst_trees": [
        {"message_tree_id": "m1", "tree_state": "ready_for_export", "prompt": _tree("m1")}
    ],
    "multipref": [
        {
            "comparison_id": "d0be61f1",
            "prompt_id": "00d2d503",
            "text": "Name a metal.",
            "model_a": "allenai/tulu-2-70b",
            "completion_a": "Iron.",
            "model_b": "gpt-4-turbo-2024-04-09",
            "completion_b": "Iron, of course.",
            "source": "wildchat",
            "category": "Open QA",
            "subject_study": "Chemistry",
            "highest_level_degree": "Bachelors",
            "normal_worker_annotations": [
                _annotation(
                    "jovial_shirley",
                    "A-is-clearly-better",
                    "A-is-slightly-better",
                    helpful_own_reason="Short.",
                ),
                _annotation("calm_bell", "Tie"),
            ],
            "expert_worker_annotations": [
                _annotation("keen_curie", "B-is-slightly-better", "B-is-clearly-better"),
                _annotation("wise_noether", "A-is-slightly-better"),
            ],
        }
    ],
    "reward_bench": [
        {
            "prompt": "Name a metal.",
            "chosen": "Iron.",
            "chosen_model": "GPT4-Turbo",
            "rejected": "Wood.",
            "rejected_model": "alpaca-7b",
            "subset": "alpacaeval-easy",
            "id": 0,
        }
    ],
    "openai": [
        {
            "input": {
                "messages": [said("user", "Name a metal.")],
                "tools": [],
                "parallel_tool_calls": True,
            },
            "preferred_output": [said("assistant", "Iron.")],
            "non_preferred_output": [said("assistant", "Wood.")],
        }
    ],
    "argilla": [
        {
            "id": "7c1f",
            "fields": {"prompt": "Name a metal.", "response1": "Iron.", "response2": "Wood."},
            "metadata": {"model_a": "m1", "model_b": "m2", "topic": "metals"},
            "suggestions": {"preference": {"value": "response2", "score": 0.7, "agent": "gpt-4o"}},
            "responses": {
                "preference": [
                    {"value": "response1", "user_id": "u-1"},
                    {"value": "tie", "user_id": "u-2"},
                ],
                "correct": [{"value": "response1", "user_id": "u-1"}],
                "why": [{"value": "Wood is none.", "user_id": "u-1"}],
            },
            "vectors": {},
            "_server_id": "9f",
        }
    ],
    "label_studio": [
        {
            "id": 12,
            "data": {"prompt": "Name a metal.", "answer1": "Iron.", "answer2": "Wood."},
            "annotations": [
                {
                    "id": 1001,
                    "completed_by": 10,
                    "result": [
                        {
                            "id": "Dx_aB91ISN",
                            "type": "pairwise",
                            "from_name": "comparison",
                            "to_name": "answer1,answer2",
                            "value": {"selected": "left"},
                            "origin": "manual",
                        },
                        {
                            "id": "Qy_1",
                            "type": "textarea",
                            "from_name": "why",
                            "to_name": "prompt",
                            "value": {"text": ["Wood is none."]},
                        },
                    ],
                    "was_cancelled": False,
                    "ground_truth": False,
                    "created_at": "2023-05-09T22:16:08.728353Z",
                    "updated_at": "2023-05-09T22:16:08.728378Z",
                    "lead_time": 4.288,
                    "result_count": 0,
                    "task": 12,
                },
                {
                    "id": 1002,
                    "completed_by": {"id": 11, "email": "ann@example.org"},
                    "result": [],
                    "was_cancelled": True,
                    "created_at": "2023-05-09T22:20:00Z",
                    "lead_time": 1.0,
                },
            ],
            "predictions": [],
            "created_at": "2023-05-09T21:52:49.513742Z",
            "project": 83,
        }
    ],
    "ms_swift": [
        {
            "messages": [
                *(said("system", "Be brief."), said("user", "Hi"), said("assistant", "Hello.")),
                *(said("user", "Name a metal."), said("assistant", "Iron.")),
            ],
            "rejected_response": "Wood.",
        }
    ],
    "axolotl": [
        {
            "messages": [said("user", "Name a metal.")],
            "chosen": said("assistant", "Iron."),
            "rejected": said("assistant", "Wood."),
        }
    ],
    "nemo_rl": [
        {
            "context": [said("user", "Name a metal.")],
            "completions": [
                {"rank": 1, "completion": [said("assistant", "Wood.")]},
                {"rank": 0, "completion": [said("assistant", "Iron.")]},
            ],
        }
    ],
    "llama_factory_v1": [
        {
            "chosen_messages": [_v1("user", "Name a metal."), _v1("assistant", "Iron.")],
            "rejected_messages": [_v1("user", "Name a metal."), _v1("assistant", "Wood.")],
        }
    ],
    "reward_bench_2": [
        {
            "id": "7",
            "prompt": "Name a metal.",
            "chosen": ["Iron."],
            "rejected": ["Wood.", "Glass.", "Wool."],
            "num_correct": 1,
            "num_incorrect": 3,
            "total_completions": 4,
            "models": ["m1", "m2", "m3", "m4"],
            "subset": "Factuality",
            "additional_metadata": None,
        }
    ],
    "answer_lists": [
        {"prompt": "Name a metal.", "chosen": ["Iron.", "Tin."], "rejected": ["Wood."]}
    ],
    "responses": [
        {
            "id": "1",
            "prompt": "Name a metal.",
            "responses": ["Wood.", "Iron.", "Tin."],
            "scores": [0.1, 0.9, 0.9],
        }
    ],
    "chosen_rejected": [
        {
            "system": "You are an AI assistant.",
            "question": "What is this?",
            "chosen": "A dot.",
            "rejected": "A cat.",
        }
    ],
    "rlaif_v": [
        {
            "ds_name": "RLAIF-V",
            "image": {"bytes": PIXEL, "path": "0.png"},
            "question": "What is this?",
            "chosen": "A dot.",
            "rejected": "A cat.",
            "origin_dataset": "COCO",
            "idx": 0,
        }
    ],
    "label_studio_min": [
        {
            "id": 12,
            "prompt": "Name a metal.",
            "answer1": "Iron.",
            "answer2": "Wood.",
            "comparison": [{"selected": "left"}],
            "why": "Wood is none.",
            "annotator": 10,
            "annotation_id": 1001,
            "created_at": "2023-05-09T22:16:08.728353Z",
            "updated_at": "2023-05-09T22:16:08.728378Z",
            "lead_time": 4.288,
        }
    ],
    "potato": [
        {
            "instance_id": "q1",
            "user_id": "anna",
            "labels": {"preference": {"selection": "B", "justification": '{"rationale": "So."}'}},
            "spans": {},
            "prompt": "A metal?",
            "answers": ["Wood.", "Iron."],
        }
    ],
    "turbo_alignment": [
        {
            "id": "0",
            "context": [said("user", "Hi"), said("bot", "Hello"), said("user", "A metal?")],
            "answer_w": said("bot", "Iron."),
            "answer_l": said("bot", "Wood."),
        }
    ],
}
