import { expect, test } from "vitest";
import type { Pair, StateMessage } from "../../src/protocol";
import * as store from "../../src/state";
import { SIMPLE } from "../simple";

const made = { id: "event-0001", at: "2026-01-01T00:00:00.000Z" };
const fresh: Pair = { id: "b", prompt: "p", left: "l", right: "r", returning: false };
const queued: Pair = {
  ...{ ...fresh, id: "a", queued: true },
  label: { choice: "left", note: "why", principles: ["kind"] },
};

function begun(values: Partial<StateMessage> = {}): store.State {
  return store.receive(store.INITIAL, {
    type: "state",
    ...SIMPLE,
    ...{ name: "pilot", open: "", outbox: "0", question: "", scale: "simple", images: "ask" },
    ...{ shuffle: "7", readOnly: false, history: [], recent: [] },
    standing: { total: 2, labeled: 1, ties: 0, both_bad: 0, skipped: 0, upcoming: 2 },
    deck: [queued, fresh],
    ...values,
  });
}

test("a pair to be looked at anew has what was said of it, and is sent with it", () => {
  const [, event] = store.choose(begun(), made, "tie");

  expect(event).toMatchObject({ pair: "a", choice: "tie", note: "why", principles: ["kind"] });
});

test("a label goes with the guidelines that were on screen when it was made", () => {
  const [, event] = store.choose(begun({ guideline: "0123456789ab" }), made, "tie");

  expect(event?.guideline).toBe("0123456789ab");
});

test("a label made anew counts as labeled once, and one fewer is to come", () => {
  const [next] = store.choose(begun(), made, "right");

  expect(store.expectedStanding(next)).toMatchObject({ labeled: 1, upcoming: 1 });
  expect(store.currentPair(next)?.id).toBe("b");
});

test("looking an earlier pair up leaves those to be looked at anew in the deck", () => {
  const looked = store.receive(begun(), {
    type: "shown",
    pair: { ...fresh, id: "z", label: { choice: "tie" } },
  });

  expect(looked.deck.map(({ id }) => id)).toEqual(["z", "a", "b"]);
});

test("what was said of a pair that comes later in the deck is there, too", () => {
  const state = store.receive(begun({ deck: [fresh] }), {
    ...{ type: "pairs", pairs: [queued], more: false },
  });

  expect(state.drafts.get("a")?.note).toBe("why");
});
