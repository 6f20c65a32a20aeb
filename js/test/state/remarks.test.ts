import { describe, expect, it } from "vitest";
import type { Form, Pair, StateMessage } from "../../src/protocol";
import * as store from "../../src/state";
import { SIMPLE } from "../simple";

const FORM: Form = {
  ...store.NO_FORM,
  criteria: [
    { name: "helpful", about: "" },
    { name: "honest", about: "" },
  ],
  criteriaRequired: true,
  reasons: ["wrong fact"],
  flags: ["unsafe"],
};
const pair = (id: string): Pair => ({
  id,
  prompt: "p",
  left: "left text",
  right: "right text",
  returning: false,
});

let ids = 0;
const made = () => {
  ids += 1;
  return { id: `event-${ids}`, at: "2026-01-01T00:00:00.000Z" };
};

function begun(values: Partial<StateMessage> = {}, before = store.INITIAL): store.State {
  return store.receive(before, {
    type: "state",
    ...SIMPLE,
    ...{ name: "pilot", open: "", outbox: "0", question: "", scale: "simple", images: "ask" },
    ...{ shuffle: "7", readOnly: false, history: [], recent: [] },
    standing: { total: 3, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 3 },
    deck: ["a", "b", "c"].map(pair),
    form: FORM,
    ...values,
  });
}

describe("what is said beside the choice", () => {
  it("goes with the label, and nothing that is empty", () => {
    let state = store.answer(begun(), "helpful", "left");
    state = store.answer(state, "honest", "tie");
    state = store.tick(state, { list: "reasons", phrase: "wrong fact", side: "right" });
    state = store.tick(state, { list: "flags", phrase: "unsafe", side: "pair" });
    state = store.tick(state, { list: "flags", phrase: "unsafe", side: "pair" });
    state = store.write(state, "  why \n");
    const [next, event] = store.choose(state, made(), "left");

    expect(event).toMatchObject({
      criteria: { helpful: "left", honest: "tie" },
      reasons: { right: ["wrong fact"] },
      note: "  why \n",
    });
    expect(Object.keys(event ?? {})).not.toContain("flags");
    expect(Object.keys(event ?? {})).not.toContain("edit");
    expect(next.drafts.size).toBe(0);
  });

  it("leaves a label of a simple session as it was", () => {
    const [, event] = store.choose(begun({ form: store.NO_FORM }), made(), "left");

    expect(Object.keys(event ?? {}).sort()).toEqual([
      "at",
      "choice",
      "guideline",
      "id",
      "pair",
      "shuffle",
      "type",
    ]);
  });

  it("holds a choice while a required criterion is open, and names it", () => {
    const [state, event] = store.choose(begun(), made(), "right");

    expect(event).toBeNull();
    expect(store.currentPair(state)?.id).toBe("a");
    expect(store.missing(state)).toEqual({ kind: "criterion", name: "helpful" });
    const answered = store.answer(store.answer(state, "helpful", "left"), "honest", "left");
    expect(store.missing(answered)).toBeNull();
    expect(store.currentDraft(answered).held?.choice).toBe("right");
  });

  it("lets a held choice go by undo, before any label", () => {
    const form = { ...FORM, criteriaRequired: false, noteRequired: ["tie" as const] };
    let [state] = store.choose(begun({ form }), made(), "left");
    [state] = store.choose(state, made(), "tie");
    const [letGo, nothing] = store.undo(state, made());
    expect([store.currentPair(letGo)?.id, nothing]).toEqual(["b", null]);
    expect(store.currentDraft(letGo).held).toBeUndefined();

    const [undone] = store.undo(letGo, made());
    expect(store.currentPair(undone)?.id).toBe("a");
  });

  it("lets a pair be skipped with nothing said", () => {
    expect(store.choose(begun(), made(), "skip")[1]).toMatchObject({ choice: "skip" });
  });

  it.each([
    [["any"], "left", undefined, true],
    [["tie"], "tie", undefined, true],
    [["tie"], "left", undefined, false],
    [[3], "left", 3, true],
    [[3], "left", 2, false],
  ] as const)(
    "asks for a note where %j are to have one: %s",
    (noteRequired, choice, strength, is) => {
      const form = { ...store.NO_FORM, noteRequired };
      const [state] = store.choose(begun({ form }), made(), choice, strength);

      expect(store.missing(state)?.kind === "note").toBe(is);
    },
  );

  it("answers the criteria in turn, then the choice itself", () => {
    let state = begun();
    const row = () => store.activeRow(store.currentDraft(state), FORM);
    expect(row()).toBe(0);
    state = store.moveRow(state, 1);
    state = store.answer(state, "honest", "left");
    expect(row()).toBe(2);
    state = store.moveRow(store.moveRow(store.moveRow(state, -1), -1), -1);
    expect(row()).toBe(0);
  });

  it("comes back with a label that was refused", () => {
    let state = store.write(begun({ form: store.NO_FORM }), "why");
    state = store.edit(store.startEdit(store.hold(state, { choice: "left" })), "better");
    const [next, event] = store.choose(state, made(), "left");
    const refused = store.receive(next, {
      ...{ type: "refused", id: event?.id ?? "", reason: "too long", keep: false },
    });
    const again = store.receive(refused, {
      type: "shown",
      pair: pair("a"),
    });

    expect(refused.notices.refusal).toBe("too long");
    expect(store.currentDraft(again)).toEqual({ note: "why", edit: "better", edited: "left" });
  });

  it("answers no criterion while it is asked which response is to be edited", () => {
    const asking = store.startEdit(begun());
    expect(store.answered(begun(), "left")?.name).toBe("helpful");
    expect(store.answered(begun(), "skip")).toBeNull();
    expect(store.answered(asking, "left")).toBeNull();

    const [editing, event] = store.choose(asking, made(), "left");
    expect([editing.editing, event]).toEqual(["left", null]);
  });

  it("says nothing of a criterion that is not on screen", () => {
    let state = store.answer(begun(), "helpful", "left");
    const form = { ...FORM, criteria: [{ name: "kind", about: "" }] };
    state = store.answer(begun({ form }, state), "kind", "tie");

    expect(store.choose(state, made(), "left")[1]?.criteria).toEqual({ kind: "tie" });
  });

  it("begins anew where the pair on screen is asked about otherwise", () => {
    let state = store.answer(store.answer(begun(), "helpful", "left"), "honest", "left");
    expect(store.answered(state, "left")).toBeNull();
    state = begun(
      { form: { ...FORM, criteria: [...FORM.criteria, { name: "kind", about: "" }] } },
      state,
    );

    expect(store.answered(state, "left")?.name).toBe("helpful");
  });

  it("comes to the first criterion where the one it was at is gone", () => {
    const state = store.answer(begun(), "helpful", "left");
    const row = (...names: string[]) => {
      const criteria = names.map((name) => ({ name, about: "" }));
      return store.activeRow(store.currentDraft(state), { ...FORM, criteria });
    };

    expect(row("honest", "helpful")).toBe(0);
    expect(row("kind")).toBe(0);
    expect(row("helpful")).toBe(0);
  });

  it("stays with its pair when another is judged before it", () => {
    let state = store.write(begun({ form: store.NO_FORM }), "half a th");
    state = store.receive(state, {
      type: "shown",
      pair: { ...pair("z"), label: { choice: "tie" } },
    });
    [state] = store.choose(state, made(), "left");

    expect(store.currentPair(state)?.id).toBe("a");
    expect(store.currentDraft(state).note).toBe("half a th");
  });

  it("comes back with undo, to be chosen anew", () => {
    const form = { ...FORM, criteriaRequired: false };
    let state = store.answer(begun({ form }), "helpful", "right");
    state = store.write(state, "why");
    [state] = store.choose(state, made(), "left");
    [state] = store.undo(state, made());

    expect(store.currentPair(state)?.id).toBe("a");
    expect(store.currentDraft(state)).toMatchObject({
      criteria: { helpful: "right" },
      note: "why",
    });
    expect(store.currentDraft(state).held).toBeUndefined();
  });

  it("comes back with an undo that the kernel alone remembers", () => {
    const past = { event: "old-event", pair: "z", choice: "left", strength: null } as const;
    let state = begun({ form: store.NO_FORM, history: [past] });
    const undone = store.undo(state, made());
    [state] = undone;
    state = store.receive(state, {
      type: "ack",
      id: undone[1]?.id ?? "",
      standing: state.standing,
      undone: "old-event",
      pair: { ...pair("z"), draft: { choice: "left", note: "why", edit: "better" } },
    });

    expect(store.currentPair(state)?.id).toBe("z");
    expect(store.currentDraft(state)).toEqual({ note: "why", edit: "better", edited: "left" });
  });
});

describe("editing the better answer", () => {
  const simple = () => begun({ form: store.NO_FORM });

  it("asks which it is, then holds that choice until the edit is done", () => {
    let [state, event] = store.choose(store.startEdit(simple()), made(), "right");
    expect(event).toBeNull();
    expect(state.editing).toBe("right");
    state = store.edit(state, "right text, better");
    [state, event] = store.choose(store.stopEdit(state), made(), "right");

    expect(event).toMatchObject({ choice: "right", edit: "right text, better" });
    expect(store.currentPair(state)?.id).toBe("b");
  });

  it("is none where the text is as it was", () => {
    let [state] = store.choose(store.startEdit(simple()), made(), "left");
    state = store.edit(store.edit(state, "other"), "left text");

    expect(store.choose(state, made(), "left")[1]).not.toHaveProperty("edit");
  });

  it("never goes with the choice of the other side, nor is dropped in silence", () => {
    let [state] = store.choose(store.startEdit(simple()), made(), "left");
    state = store.edit(state, "other");
    const [held, event] = store.choose(store.stopEdit(state), made(), "right");

    expect(event).toBeNull();
    expect(store.missing(held)).toEqual({ kind: "edited", side: "left" });
    expect(store.choose(store.discardEdit(held), made(), "right")[1]).toMatchObject({
      choice: "right",
    });
  });
});

describe("going back", () => {
  const label = { choice: "tie", note: "why" } as const;
  const shown = () =>
    store.receive(begun({ form: store.NO_FORM }), {
      type: "shown",
      pair: { ...pair("z"), label },
    });

  it("shows an earlier pair with what was said of it", () => {
    const state = shown();

    expect(store.currentPair(state)?.id).toBe("z");
    expect(store.currentDraft(state).note).toBe("why");
  });

  it("counts a change as a change, and goes on where it was", () => {
    const before = { ...shown(), standing: { ...begun().standing, labeled: 1, ties: 1 } };
    const [state] = store.choose(before, made(), "left");

    expect(store.expectedStanding(state)).toMatchObject({ labeled: 1, ties: 0, upcoming: 3 });
    expect(store.currentPair(state)?.id).toBe("a");
    expect(state.history.at(-1)).toMatchObject({ pair: "z", changes: true });
  });

  it("brings no pair back when a change is undone, for the label before it stands", () => {
    let [state] = store.choose(shown(), made(), "left");
    [state] = store.undo(state, made());

    expect(store.currentPair(state)?.id).toBe("a");
    expect(state.history).toEqual([]);
  });

  it("knows whether anything was said anew", () => {
    expect(store.isChanged(shown())).toBe(false);
    expect(store.isChanged(store.write(shown(), "why, really"))).toBe(true);
    expect(store.isChanged(store.write(store.write(shown(), "x"), "why"))).toBe(false);
  });

  it("can leave it as it was", () => {
    const state = store.keep(shown());

    expect(store.currentPair(state)?.id).toBe("a");
    expect(state.drafts.size).toBe(0);
  });

  it("lists more below what has come, and begins anew with another filter", () => {
    const item = (event: string) => ({
      ...{ event, pair: event, choice: "tie" as const, strength: null, noted: false },
      ...{ flagged: false, changed: false, seconds: 1, prompt: "" },
    });
    let state = store.awaitListing(begun(), "all", true);
    state = store.receive(state, {
      type: "listing",
      filter: "all",
      items: [item("x")],
      more: true,
    });
    state = store.awaitListing(state, "all", false);
    state = store.receive(state, {
      type: "listing",
      filter: "all",
      items: [item("y")],
      more: false,
    });
    expect(state.listing?.items.map(({ event }) => event)).toEqual(["x", "y"]);
    state = store.receive(state, { type: "listing", filter: "ties", items: [], more: false });
    expect(state.listing?.items).toEqual([]);
  });
});
