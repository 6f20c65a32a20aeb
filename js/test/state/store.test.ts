import { describe, expect, it } from "vitest";
import type { AckMessage, Pair, Standing, StateMessage } from "../../src/protocol";
import * as store from "../../src/state";
import { SIMPLE } from "../simple";

let ids = 0;

function made(): store.Made {
  ids += 1;
  return { id: `event-${ids}`, at: "2026-01-01T00:00:00.000Z" };
}

function pair(id: string, returning = false): Pair {
  return { id, prompt: `prompt ${id}`, left: "left", right: "right", returning };
}

function standing(values: Partial<Standing> = {}): Standing {
  return { total: 3, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 3, ...values };
}

function beginning(values: Partial<StateMessage> = {}): StateMessage {
  return {
    type: "state",
    ...SIMPLE,
    name: "pilot",
    open: "tb.Session('pilot')",
    outbox: "0123",
    question: "Which?",
    scale: "simple",
    images: "ask",
    shuffle: "7-random",
    readOnly: false,
    standing: standing(),
    deck: ["a", "b", "c"].map((id) => pair(id)),
    history: [],
    recent: [],
    ...values,
  };
}

function begun(values: Partial<StateMessage> = {}): store.State {
  return store.receive(store.INITIAL, beginning(values));
}

function ackOf(state: store.State, values: Partial<AckMessage> = {}): AckMessage {
  const id = state.pending[0]?.event.id ?? "unknown";
  return { type: "ack", id, standing: standing(), ...values };
}

describe("what the kernel says", () => {
  it("leaves the state as it is where it is of a kind that this page does not know", () => {
    const state = begun();

    expect(store.receive(state, { type: "weather", deck: [] } as never)).toBe(state);
  });
});

describe("choosing", () => {
  it("shows the next pair at once and keeps the event until it is acknowledged", () => {
    const [state, event] = store.choose(begun(), made(), "left", undefined, 2.5);

    expect(event).toMatchObject({ type: "label", pair: "a", choice: "left", seconds: 2.5 });
    expect(store.currentPair(state)?.id).toBe("b");
    expect(state.pending.map((entry) => entry.event)).toEqual([event]);

    const acked = store.receive(state, ackOf(state, { standing: standing({ labeled: 1 }) }));

    expect(acked.pending).toEqual([]);
    expect(acked.standing.labeled).toBe(1);
  });

  it("counts what is on its way", () => {
    let [state] = store.choose(begun(), made(), "tie");
    [state] = store.choose(state, made(), "both_bad");

    expect(store.expectedStanding(state)).toEqual(
      standing({ labeled: 2, ties: 1, both_bad: 1, upcoming: 1 }),
    );
    expect(state.standing).toEqual(standing());
  });

  it("brings a skipped pair back at the end, once", () => {
    let [state] = store.choose(begun(), made(), "skip");
    expect(state.deck.map(({ id, returning }) => [id, returning])).toEqual([
      ["b", false],
      ["c", false],
      ["a", true],
    ]);
    for (const choice of ["left", "right", "skip"] as const) {
      [state] = store.choose(state, made(), choice);
    }

    expect(store.phase(state)).toBe("done");
    expect(store.expectedStanding(state)).toEqual(
      standing({ labeled: 2, skipped: 1, upcoming: 0 }),
    );
  });

  it("does nothing where there is no pair, or nothing may be written", () => {
    expect(store.choose(begun({ deck: [] }), made(), "left")[1]).toBeNull();
    expect(store.choose(begun({ readOnly: true }), made(), "left")[1]).toBeNull();
  });

  it("waits, rather than ends, where the kernel has more pairs than the deck", () => {
    const [state] = store.choose(begun({ deck: [pair("a")] }), made(), "left");

    expect(store.phase(state)).toBe("waiting");
  });
});

describe("undo", () => {
  it("brings the pair back at once and takes the counts back", () => {
    const [chosen] = store.choose(begun(), made(), "left");
    const [state, event] = store.undo(chosen, made());

    expect(event).toMatchObject({ type: "undo", event: chosen.pending[0]?.event.id });
    expect(store.currentPair(state)?.id).toBe("a");
    expect(store.expectedStanding(state)).toEqual(standing());
  });

  it("does not show a pair twice when its skip is undone", () => {
    const [skipped] = store.choose(begun(), made(), "skip");
    const [state] = store.undo(skipped, made());

    expect(state.deck.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("waits for the kernel's text where it has none", () => {
    const past = { event: "old-event", pair: "z", choice: "left", strength: null } as const;
    const [asked] = store.undo(begun({ history: [past] }), made());
    expect(store.currentPair(asked)?.id).toBe("a");

    const state = store.receive(asked, ackOf(asked, { undone: "old-event", pair: pair("z") }));

    expect(store.currentPair(state)?.id).toBe("z");
    expect(state.history).toEqual([]);
  });

  it("leaves alone a pair labeled again before the undo was acknowledged", () => {
    let [state] = store.choose(begun(), made(), "left");
    const first = state.pending[0]?.event.id ?? "";
    [state] = store.undo(state, made());
    const undoId = state.pending[1]?.event.id ?? "";
    [state] = store.choose(state, made(), "right");

    state = store.receive(state, {
      type: "ack",
      id: undoId,
      standing: standing(),
      undone: first,
      pair: pair("a"),
    });

    expect(store.currentPair(state)?.id).toBe("b");
    expect(state.history.map(({ choice }) => choice)).toEqual(["right"]);
  });

  it("does nothing where nothing was labeled", () => {
    expect(store.undo(begun(), made())[1]).toBeNull();
  });
});

describe("what others do", () => {
  it("moves on when another tab labels the pair on screen", () => {
    const label = { event: "theirs", pair: "a", choice: "left", strength: null } as const;
    const state = store.receive(begun(), {
      type: "ack",
      id: "theirs",
      standing: standing(),
      label,
    });

    expect(store.currentPair(state)?.id).toBe("b");
    expect(state.history).toEqual([label]);
  });

  it("stays with a pair that something is said of, as one whose label is changed", () => {
    const label = { event: "theirs", pair: "a", choice: "left", strength: null } as const;
    const message = { type: "ack", id: "theirs", standing: standing(), label } as const;
    let state = store.receive(store.write(begun(), "half a th"), message);
    expect(store.currentPair(state)).toMatchObject({ id: "a", label: { choice: "left" } });
    expect(store.currentDraft(state).note).toBe("half a th");

    // Taken back once more, it waits behind the pair that is written on by then.
    state = store.write(store.keep(state), "of b");
    const undone = { undone: "theirs", pair: pair("a") };
    state = store.receive(state, { ...message, label: undefined, ...undone } as never);
    expect(state.deck.map(({ id }) => id)).toEqual(["b", "a", "c"]);
  });

  it("brings back by a late undo a pair behind the one that is written on since", () => {
    const past = { event: "old-event", pair: "z", choice: "left", strength: null } as const;
    let [state] = store.undo(begun({ history: [past] }), made());
    state = store.write(state, "half a th");
    state = store.receive(state, ackOf(state, { undone: "old-event", pair: pair("z") }));

    expect(state.deck.map(({ id }) => id)).toEqual(["a", "z", "b", "c"]);
  });

  it("shows the pair that another tab took back", () => {
    const [chosen, event] = store.choose(begun(), made(), "left");
    const acked = store.receive(chosen, ackOf(chosen));
    const state = store.receive(acked, {
      type: "ack",
      id: "their-undo",
      standing: standing(),
      undone: event?.id ?? "",
      pair: pair("a"),
    });

    expect(store.currentPair(state)?.id).toBe("a");
    expect(state.history).toEqual([]);
  });
});

describe("after a reload", () => {
  it("takes up what was not acknowledged, and does not show those pairs again", () => {
    const events = [
      { type: "label", id: "kept-1", pair: "a", choice: "left", shuffle: "7-random", at: "" },
      { type: "label", id: "kept-2", pair: "b", choice: "tie", shuffle: "7-random", at: "" },
      { type: "undo", id: "kept-3", event: "kept-2", at: "" },
    ] as const;
    const state = store.restore(begun(), events);

    expect(state.pending.map(({ event }) => event.id)).toEqual(["kept-1", "kept-2", "kept-3"]);
    expect(state.deck.map(({ id }) => id)).toEqual(["b", "c"]);
    expect(store.restore(state, events)).toBe(state);
  });

  it("puts what it saved on the list that undo goes back over", () => {
    const event = {
      type: "label",
      id: "kept-1",
      pair: "a",
      choice: "left",
      shuffle: "7-random",
      at: "",
    } as const;
    const label = { event: "kept-1", pair: "a", choice: "left", strength: null } as const;
    const restored = store.restore(begun(), [event]);
    const state = store.receive(restored, ackOf(restored, { label }));

    expect(state.history).toEqual([label]);
    expect(state.deck.map(({ id }) => id)).toEqual(["b", "c"]);
  });

  it("takes a pair off the deck that waited under the name that it had before", () => {
    const event = {
      type: "label",
      id: "kept-1",
      pair: "as-0.1-called-it",
      choice: "left",
      shuffle: "before",
      at: "",
    } as const;
    const label = { event: "kept-1", pair: "a", choice: "left", strength: null } as const;
    const restored = store.restore(begun(), [event]);
    expect(restored.deck.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    const state = store.receive(restored, ackOf(restored, { label }));

    expect(state.deck.map(({ id }) => id)).toEqual(["b", "c"]);
  });
});

describe("what the kernel sends", () => {
  it("adds pairs behind those in the deck, none twice, none on its way", () => {
    const [chosen] = store.choose(begun(), made(), "left");
    const pairs = ["a", "c", "d"].map((id) => pair(id));
    const state = store.receive(chosen, { type: "pairs", pairs, more: false });

    expect(state.deck.map(({ id }) => id)).toEqual(["b", "c", "d"]);
  });

  it("keeps what is being read on screen when it tells all anew", () => {
    const state = begun();
    const again = store.receive(
      { ...state, deck: [pair("b"), pair("c")] },
      { ...(state.session as store.Session), ...begunMessage(["a", "b", "c"]) },
    );

    expect(store.currentPair(again)?.id).toBe("b");
  });

  it("shows sides anew, and no older texts, when the session was shuffled anew", () => {
    const [chosen, event] = store.choose(begun(), made(), "left");
    expect(event?.shuffle).toBe("7-random");
    const acked = store.receive(chosen, ackOf(chosen));
    const swapped = { ...pair("b"), left: "right", right: "left" };
    const state = store.receive(acked, {
      ...begunMessage([]),
      shuffle: "8-random",
      deck: [pair("a"), swapped],
    });

    expect(store.currentPair(state)).toEqual(swapped);
    expect(state.recent).toEqual([]);
  });

  it("keeps an event that it could not write, with the reason", () => {
    const [chosen, event] = store.choose(begun(), made(), "left");
    const id = event?.id ?? "";
    const state = store.receive(chosen, { type: "refused", id, reason: "disk full", keep: true });

    expect(state.pending[0]?.refusal).toBe("disk full");
    expect(store.receive(state, ackOf(state)).pending).toEqual([]);
  });

  it("drops an event that can never be written, and says why", () => {
    const [chosen, event] = store.choose(begun(), made(), "left");
    const id = event?.id ?? "";
    const state = store.receive(chosen, { type: "refused", id, reason: "no pair", keep: false });

    expect(state.pending).toEqual([]);
    expect(state.history).toEqual([]);
    expect(state.notices).toEqual({ news: null, refusal: "no pair" });
    expect(store.notify(state, "refusal", null).notices.refusal).toBeNull();
  });

  it("keeps what was refused on screen when news come, and each is dismissed by itself", () => {
    const refusal = { type: "refused", id: null, reason: "no pair", keep: false } as const;
    const refused = store.receive(begun(), refusal);
    const both = store.receive(refused, { type: "notice", text: "This sitting: 1 label." });
    expect(both.notices).toEqual({ news: "This sitting: 1 label.", refusal: "no pair" });
    expect(store.notify(both, "news", null).notices).toEqual(refused.notices);
  });

  it("what was said at the opening is a notice once, and not for what is sent anew", () => {
    const told = "20 new pairs added (20 -> 40).";
    const opened = begun({ told });
    expect(opened.notices).toEqual({ news: told, refusal: null });
    const dismissed = store.notify(opened, "news", null);
    expect(store.receive(dismissed, beginning({ told })).notices.news).toBeNull();
  });

  it("puts older labels before those it has, none twice", () => {
    const past = (event: string) =>
      ({ event, pair: event, choice: "left", strength: null }) as const;
    const state = store.receive(begun({ history: [past("3")] }), {
      type: "history",
      history: [past("3"), past("2"), past("1")],
    });

    expect(state.history.map(({ event }) => event)).toEqual(["1", "2", "3"]);
  });
});

describe("any sequence of keys", () => {
  it("sends each event once and never loses or repeats a pair", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = generator(seed);
      let state = begun({
        standing: standing({ total: 8, upcoming: 8 }),
        deck: Array.from({ length: 8 }, (_, place) => pair(`p${place}`)),
      });
      const sent: string[] = [];
      for (let step = 0; step < 40; step += 1) {
        const roll = random();
        const [next, event] =
          roll < 0.3
            ? store.undo(state, made())
            : store.choose(state, made(), roll < 0.5 ? "skip" : "left");
        state = next;
        if (event) sent.push(event.id);
        const shown = state.deck.map(({ id }) => id);
        expect(new Set(shown).size).toBe(shown.length);
      }

      expect(state.pending.map(({ event }) => event.id)).toEqual(sent);
      const expected = store.expectedStanding(state);
      expect(expected.upcoming).toBe(state.deck.length);
      const decided = state.history.filter(({ choice }) => choice !== "skip");
      expect(expected.labeled).toBe(decided.length);
    }
  });
});

function begunMessage(deck: string[]): StateMessage {
  return {
    type: "state",
    ...SIMPLE,
    name: "pilot",
    open: "",
    outbox: "0123",
    question: "Which?",
    scale: "simple",
    images: "ask",
    shuffle: "7-random",
    readOnly: false,
    standing: standing(),
    deck: deck.map((id) => pair(id)),
    history: [],
    recent: [],
  };
}

/** A small linear congruential generator: the same numbers on every run. */
function generator(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return value / 4_294_967_296;
  };
}
