// What the messages from the kernel hold. Written by `python3 dev.py protocol` from
// src/tiebreak/widget/messages.py: change it there.

import type { FromKernel } from "../protocol";

/**
 * What a value holds: a kind, `[of, ...]` with what it is made of, or the fields of an object, of
 * which others may come too.
 */
export type Holds =
  | "string"
  | "number"
  | "boolean"
  | "text"
  | readonly ["optional" | "nullable" | "list" | "record", Holds]
  | readonly ["one of", ...(string | number)[]]
  | { readonly [field: string]: Holds };

const NAMED: Holds = { name: "string", about: "string", };
const FORM: Holds = { criteria: ["list", NAMED], criteriaRequired: "boolean",
  reasons: ["list", "string"], flags: ["list", "string"], principles: ["list", NAMED],
  noteRequired: ["list", ["one of", 1, 2, 3, "tie", "both_bad", "any"]], };
const JUDGED: Holds = {
  criteria: ["optional", ["record", ["one of", "left", "right", "tie", "both_bad"]]],
  reasons: ["optional", ["record", ["list", "string"]]],
  principles: ["optional", ["list", "string"]], flags: ["optional", ["record", ["list", "string"]]],
  note: ["optional", "string"], edit: ["optional", "string"],
  choice: ["one of", "left", "right", "tie", "both_bad", "skip"], strength: ["optional", "number"],
  };
const VOTE: Holds = {
  criteria: ["optional", ["record", ["one of", "left", "right", "tie", "both_bad"]]],
  reasons: ["optional", ["record", ["list", "string"]]],
  principles: ["optional", ["list", "string"]], flags: ["optional", ["record", ["list", "string"]]],
  note: ["optional", "string"], edit: ["optional", "string"],
  choice: ["one of", "left", "right", "tie", "both_bad", "skip"], strength: ["optional", "number"],
  by: "string", edited: ["optional", "boolean"], };
const PAIR: Holds = { id: "string", prompt: "text", left: "text", right: "text",
  returning: "boolean", queued: ["optional", "boolean"], label: ["optional", JUDGED],
  draft: ["optional", JUDGED], votes: ["optional", ["list", VOTE]], };
const STANDING: Holds = { total: "number", labeled: "number", ties: "number", both_bad: "number",
  skipped: "number", upcoming: "number", };
const STOPPING: Holds = { contests: "number", settled: "number", };
const PAST: Holds = { event: "string", pair: "string",
  choice: ["one of", "left", "right", "tie", "both_bad", "skip"], strength: ["nullable", "number"],
  changes: ["optional", "boolean"], models: ["optional", ["list", ["nullable", "string"]]], };
const LISTED: Holds = { event: "string", pair: "string",
  choice: ["one of", "left", "right", "tie", "both_bad", "skip"], strength: ["nullable", "number"],
  noted: "boolean", flagged: "boolean", changed: "boolean", seconds: ["nullable", "number"],
  prompt: "string", };

/** The messages that the kernel sends, by type. */
export const HEARD: Readonly<Record<FromKernel["type"], Holds>> = {
  state: { name: "string", open: "string", outbox: "string", question: "string",
    scale: ["one of", "simple", "graded"], form: FORM, guidelines: ["nullable", "string"],
    keys: ["record", ["list", "string"]], pace: "boolean",
    tooFast: ["nullable", ["one of", "warn", "hold"]], revealModels: "boolean",
    images: ["one of", "ask", "never", "always"], shuffle: "string", guideline: "string",
    readOnly: "boolean", standing: STANDING, deck: ["list", PAIR], history: ["list", PAST],
    recent: ["list", PAIR], told: ["optional", "string"], nextStep: ["optional", "string"],
    stopping: ["optional", STOPPING], },
  pairs: { pairs: ["list", PAIR], more: "boolean", },
  ack: { id: "string", standing: STANDING, label: ["optional", PAST],
    undone: ["optional", "string"], pair: ["optional", PAIR], stopping: ["optional", STOPPING], },
  refused: { id: ["nullable", "string"], reason: "string", keep: "boolean", },
  history: { history: ["list", PAST], },
  listing: { filter: ["one of", "all", "ties", "skipped", "noted", "flagged", "slow", "changed"],
    items: ["list", LISTED], more: "boolean", },
  shown: { pair: PAIR, },
  notice: { text: "string", },
  pong: { n: "number", },
  module: { name: ["one of", "math", "code", "differences", "player"], source: "string", },
  media: { name: "string", reason: ["optional", "string"], },
};
