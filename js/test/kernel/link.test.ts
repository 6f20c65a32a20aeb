import type { AnyModel } from "@anywidget/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Link, openLink } from "../../src/kernel/link";
import { openVerbs, type Verbs } from "../../src/kernel/verbs";
import type { FromKernel, StateMessage, ToKernel } from "../../src/protocol";
import * as store from "../../src/state";

class FakeModel {
  sent: ToKernel[] = [];
  isGone = false;
  private listeners = new Map<string, (content: unknown) => void>();
  on(name: string, listener: (content: unknown) => void) {
    this.listeners.set(name, listener);
  }
  off(name: string) {
    this.listeners.delete(name);
  }
  send(message: ToKernel) {
    if (this.isGone) throw new Error("Cannot send");
    this.sent.push(message);
  }
  say(message: FromKernel) {
    this.listeners.get("msg:custom")?.(message);
  }
  lose() {
    this.listeners.get("comm_live_update")?.(null);
  }
  of(type: ToKernel["type"]) {
    return this.sent.filter((message) => message.type === type);
  }
}

const standing = { total: 9, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 9 };
const pair = (id: string) => ({ id, prompt: "p", left: "l", right: "r", returning: false });

function begin(model: FakeModel, deck = ["a", "b", "c"], more: Partial<StateMessage> = {}) {
  model.say({
    type: "state",
    name: "pilot",
    open: "",
    outbox: "0123",
    question: "",
    scale: "simple",
    images: "ask",
    shuffle: "7-random",
    readOnly: false,
    standing,
    deck: deck.map(pair),
    history: [],
    recent: [],
    ...more,
  });
}

describe("the link to the kernel", () => {
  let model: FakeModel;
  let link: Link;
  let verbs: Verbs;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance", "Date"] });
    localStorage.clear();
    model = new FakeModel();
    open(model);
  });

  function open(to: FakeModel) {
    link = openLink(to as unknown as AnyModel);
    verbs = openVerbs(link);
  }

  function close() {
    verbs.close();
    link.close();
  }

  afterEach(() => {
    close();
    vi.useRealTimers();
  });

  it("asks for its state, and for more pairs when the deck is low", () => {
    expect(model.sent).toEqual([{ type: "hello" }]);
    begin(model);

    expect(model.of("fetch")).toEqual([{ type: "fetch", have: ["a", "b", "c"] }]);
    model.say({ type: "pairs", pairs: [pair("d")], more: false });
    expect(link.state.value.deck.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });

  it("sends a choice once, and again only when it is known to be lost", () => {
    begin(model);
    verbs.choose("left");
    vi.advanceTimersByTime(60_000);
    expect(model.of("label")).toHaveLength(1);
    expect(model.of("ping")).toHaveLength(1);
    expect(link.connection.value).toBe("silent");

    model.say({ type: "pong", n: 1 });

    expect(link.connection.value).toBe("up");
    expect(model.of("label")).toHaveLength(2);
    expect(model.of("label")[0]).toEqual(model.of("label")[1]);
  });

  it("keeps choices in storage until they are acknowledged, and replays them", () => {
    begin(model);
    verbs.choose("left");
    verbs.choose("right");
    const [first] = link.state.value.pending;
    model.say({ type: "ack", id: first?.event.id ?? "", standing });
    close();

    const next = new FakeModel();
    open(next);
    begin(next, ["b", "c"]);

    expect(next.of("label")).toMatchObject([{ pair: "b", choice: "right" }]);
    expect(link.state.value.deck.map(({ id }) => id)).toEqual(["c"]);
  });

  it("takes no second look at a pair for a hasty one, and counts both", () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const long = { ...pair("a"), left: "x".repeat(600), right: "" };
    begin(model, [], { tooFast: "hold", deck: [long, pair("b")] });
    vi.advanceTimersByTime(1_000);
    verbs.choose("left");
    expect(model.of("label")).toHaveLength(0);
    vi.advanceTimersByTime(5_000);
    verbs.choose("left");
    verbs.undo();
    vi.advanceTimersByTime(500);
    verbs.choose("right");

    expect(model.of("label")).toMatchObject([{ seconds: 6 }, { choice: "right", seconds: 6.5 }]);
    expect(verbs.pace()).toMatchObject({ count: 1, median: 6.5 });
  });

  it("holds a hasty choice once, also where a note is then asked for", () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const form = { ...store.NO_FORM, noteRequired: ["any" as const] };
    const long = { ...pair("a"), left: "x".repeat(600) };
    begin(model, [], { tooFast: "hold", form, deck: [long] });
    verbs.choose("left");
    expect(store.currentDraft(link.state.value).held?.isQuick).toBe(true);
    expect(store.missing(link.state.value)).toBeNull();
    verbs.choose("left");
    expect(store.missing(link.state.value)).toEqual({ kind: "note" });
    verbs.write("why");
    verbs.sendHeld();

    expect(model.of("label")).toMatchObject([{ choice: "left", note: "why" }]);
  });

  it("says that the kernel is gone when sending fails or Jupyter says so", () => {
    begin(model);
    model.lose();
    expect(link.connection.value).toBe("gone");
    begin(model);
    expect(link.connection.value).toBe("up");
    model.isGone = true;
    verbs.choose("left");

    expect(link.connection.value).toBe("gone");
    expect(link.state.value.pending).toHaveLength(1);
    expect(localStorage.length).toBe(1);
  });

  it("tries what was refused again, by itself and at once when asked", () => {
    begin(model);
    verbs.choose("left");
    const id = link.state.value.pending[0]?.event.id ?? "";
    model.say({ type: "refused", id, reason: "disk full", keep: true });
    link.retry();
    expect(model.of("label")).toHaveLength(2);
    vi.advanceTimersByTime(7_000);

    expect(model.of("label").length).toBeGreaterThan(2);
  });

  it.each([
    ["of a kind that nobody knows", { type: "weather", deck: [] }],
    ["without what its kind has", { type: "pairs", more: false }],
    ["with a pair that is none", { type: "shown", pair: { id: "z", prompt: 5 } }],
    ["with a list in place of a pair", { type: "ack", id: "1", standing, pair: ["z"] }],
    ["named like what every object has", { type: "constructor" }],
    ["that is no message at all", null],
  ])("goes on as it was after a message %s, and says that it was left out", (_, message) => {
    begin(model);
    verbs.choose("left");
    const before = link.state.value;
    model.say(message as never);
    const { notice, ...after } = link.state.value;

    expect(after).toEqual({ ...before, notice: undefined });
    expect(notice).toContain("cannot read");
    model.say({ type: "pairs", pairs: [pair("d")], more: false });
    expect(link.shown.pair.value?.id).toBe("b");
    expect(link.state.value.deck.map(({ id }) => id)).toEqual(["b", "c", "d"]);
  });

  it("asks again for pairs whose answer got lost", () => {
    begin(model);
    vi.advanceTimersByTime(10_000);
    expect(model.of("fetch")).toHaveLength(1);
    model.say({ type: "pong", n: 1 });

    expect(model.of("fetch")).toHaveLength(2);
  });

  it("asks for a module once, and again where it got lost", () => {
    begin(model);
    expect(link.parts.need("code")).toBeUndefined();
    link.parts.need("code");
    link.parts.need("math");
    expect(model.of("module")).toMatchObject([{ name: "code" }, { name: "math" }]);
    model.say({ type: "module", name: "math", source: "export default 1" });
    model.say({ type: "pairs", pairs: [], more: false });

    vi.advanceTimersByTime(5_000);
    model.say({ type: "pong", n: 1 });

    expect(model.of("module").slice(2)).toEqual([{ type: "module", name: "code" }]);
  });

  it("makes ids without crypto.randomUUID, which plain http lacks", () => {
    const original = crypto.randomUUID;
    Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
    begin(model);
    verbs.choose("left");
    Object.defineProperty(crypto, "randomUUID", { value: original, configurable: true });

    expect(link.state.value.pending[0]?.event.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
