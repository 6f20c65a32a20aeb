import { expect, test } from "vitest";
import { readMessage } from "../../src/kernel/incoming";
import type { FromKernel } from "../../src/protocol";

const standing = { total: 9, labeled: 1, ties: 0, both_bad: 0, skipped: 0, upcoming: 8 };
const judged = { choice: "left" as const, criteria: { kind: "tie" as const }, note: "why" };
const pair = {
  ...{ id: "a", prompt: "p", right: "r", returning: false, label: judged, draft: judged },
  left: [{ role: "user", content: [{ type: "image" as const, image: "1.png" }] }],
};
const labeled = { event: "1", pair: "a", choice: "left" as const, strength: null };
const past = { ...labeled, changes: true };
const marks = { noted: true, flagged: false, changed: false, seconds: null, prompt: "p" };

const STATE: FromKernel = {
  type: "state",
  ...{ name: "pilot", open: "", outbox: "0", question: "", scale: "graded", images: "ask" },
  ...{
    shuffle: "7",
    guideline: "0a1b2c",
    readOnly: false,
    guidelines: null,
    keys: { undo: ["x"] },
    pace: true,
  },
  ...{ tooFast: null, revealModels: true, standing, deck: [pair], recent: [pair] },
  history: [{ ...past, models: ["one", null] }],
  form: {
    criteria: [{ name: "kind", about: "" }],
    ...{ criteriaRequired: true, reasons: ["wrong fact"], flags: [], principles: [] },
    noteRequired: [3, "tie"],
  },
};

const MESSAGES: readonly FromKernel[] = [
  STATE,
  { type: "ack", id: "1", standing, label: past },
  { type: "ack", id: "2", standing, undone: "1", pair },
  { type: "refused", id: null, reason: "no such pair", keep: false },
  { type: "pairs", pairs: [pair], more: true },
  { type: "history", history: [past] },
  { type: "listing", filter: "ties", items: [{ ...labeled, ...marks }], more: false },
  { type: "shown", pair },
  { type: "pong", n: 1 },
  { type: "module", name: "math", source: "export default 1" },
  { type: "media", name: "1.png" },
];

/** The places of all values in a message, from the message down. */
function placesIn(value: unknown, place: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [...place, name],
    ...placesIn(inner, [...place, name]),
  ]);
}

function withAt(value: unknown, [name = "", ...rest]: readonly string[], put: unknown): unknown {
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as never;
  const inner = (value as Record<string, unknown>)[name];
  (copy as Record<string, unknown>)[name] = rest.length > 0 ? withAt(inner, rest, put) : put;
  return copy;
}

test.each(MESSAGES)("a message is read as it came: $type", (message) => {
  expect(readMessage(message)).toBe(message);
  expect(readMessage({ ...message, new: 1 })).not.toBeNull();
});

test.each(MESSAGES)("nothing is taken for what it is not: $type", (message) => {
  // What a message's content is made of is left to those who show it.
  const places = placesIn(message).filter((place) => !place.includes("content"));
  for (const place of places) {
    expect(readMessage(withAt(message, place, () => {})), place.join(".")).toBeNull();
  }
  expect(places.length).toBeGreaterThan(1);
});

/** What the kernel sends as null: whatever else says nothing is left out. */
const NULLABLE = /(^|\.)(strength|seconds|guidelines|tooFast|models\.\d)$/;

test.each(MESSAGES)("null is taken only where the kernel sends it: $type", (message) => {
  const isNullable = (place: string) =>
    NULLABLE.test(place) || (message.type === "refused" && place === "id");
  for (const place of placesIn(message).filter((each) => !each.includes("content"))) {
    const name = place.join(".");
    const read = readMessage(withAt(message, place, null));
    expect(read !== null, name).toBe(isNullable(name));
  }
});

test("a field that is always told and came under another name is missed", () => {
  const { strength, ...renamed } = labeled;
  const ack = { type: "ack", id: "1", standing, label: { ...renamed, grade: strength } };

  expect(readMessage({ ...ack, label: labeled })).not.toBeNull();
  expect(readMessage(ack)).toBeNull();
});
