import { computed, signal } from "@preact/signals";
import { expect, test } from "vitest";
import type { StateMessage } from "../../src/protocol";
import * as store from "../../src/state";
import { SIMPLE } from "../simple";

function told(values: Partial<StateMessage> = {}): StateMessage {
  return {
    type: "state",
    ...SIMPLE,
    ...{ name: "pilot", open: "", outbox: "0", question: "", scale: "simple", images: "ask" },
    ...{ shuffle: "7", readOnly: false, history: [], recent: [] },
    standing: { total: 2, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 2 },
    form: { ...store.NO_FORM, criteria: [{ name: "kind", about: "" }], reasons: ["wrong fact"] },
    deck: ["a", "b"].map((id) => ({ id, prompt: "p", left: "l", right: "r", returning: false })),
    ...values,
  };
}

test("keys and ticks are worked out once a session, however much is chosen in it", () => {
  const state = signal(store.receive(store.INITIAL, told()));
  const shown = store.followState(state);
  let times = 0;
  const counted = computed(() => {
    times += 1;
    return [shown.bindings.value, shown.ticks.value];
  });
  const before = counted.value;
  [state.value] = store.choose(state.value, { id: "1", at: "" }, "left");
  state.value = store.write(state.value, "why");

  expect(shown.pair.value?.id).toBe("b");
  expect(shown.draft.value.note).toBe("why");
  expect(counted.value).toBe(before);
  expect(times).toBe(1);

  state.value = store.receive(state.value, told({ keys: { undo: ["a"] } }));
  expect(shown.bindings.value.find(({ id }) => id === "undo")?.keys).toEqual(["a"]);
  expect(shown.ticks.value[0]?.ticks[0]?.key).toBe("b");
});

test("what follows from the state follows each change of it", () => {
  const state = signal(store.INITIAL);
  const shown = store.followState(state);
  expect([shown.phase.value, shown.pair.value, shown.turn.value]).toEqual([
    "connecting",
    null,
    null,
  ]);
  state.value = store.receive(state.value, told());
  expect([shown.phase.value, shown.pair.value?.id]).toEqual(["labeling", "a"]);
  expect(shown.turn.value?.name).toBe("kind");
  state.value = store.answer(state.value, "kind", "left");
  expect(shown.turn.value).toBeNull();
  for (const id of ["1", "2"]) [state.value] = store.choose(state.value, { id, at: "" }, "tie");

  expect(shown.phase.value).toBe("done");
  expect(shown.standing.value).toMatchObject({ labeled: 2, ties: 2, upcoming: 0 });
});
