import type { AnyModel } from "@anywidget/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Link, openLink } from "../../src/kernel/link";
import { openVerbs, type Verbs } from "../../src/kernel/verbs";
import { begin, FakeModel, pair, standing } from "./fake-model";

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

  it("asks for its state again when the first asking got lost on the way", () => {
    vi.advanceTimersByTime(60_000);
    expect(model.of("hello")).toHaveLength(1);

    model.say({ type: "pong", n: 1 });

    expect(model.of("hello")).toHaveLength(2);
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

  it("takes up what the kernel says before a choice is on screen after it, in order", () => {
    close();
    const waiting: (() => void)[] = [];
    model = new FakeModel();
    link = openLink(model as unknown as AnyModel, (work) => {
      waiting.push(work);
      return () => {};
    });
    verbs = openVerbs(link);
    begin(model);
    verbs.choose("left");
    const [id = ""] = link.state.value.pending.map(({ event }) => event.id);

    model.say({ type: "ack", id, standing });
    model.say({ type: "pairs", pairs: [pair("d")], more: false });
    expect(link.state.value.pending).toHaveLength(1);
    expect(waiting).toHaveLength(1);
    for (const work of waiting.splice(0)) work();

    expect(link.state.value.pending).toHaveLength(0);
    expect(link.state.value.deck.at(-1)?.id).toBe("d");
    model.say({ type: "pairs", pairs: [pair("e")], more: false });
    expect(link.state.value.deck.at(-1)?.id).toBe("e");
  });

  it("takes up what it has heard before it is closed, so that nothing is sent twice", () => {
    close();
    model = new FakeModel();
    const callOff = vi.fn();
    link = openLink(model as unknown as AnyModel, () => callOff);
    verbs = openVerbs(link);
    begin(model);
    verbs.choose("left");
    const [id = ""] = link.state.value.pending.map(({ event }) => event.id);
    model.say({ type: "ack", id, standing });

    close();
    expect(callOff).toHaveBeenCalledOnce();
    model = new FakeModel();
    open(model);
    begin(model);

    expect(link.state.value.pending).toHaveLength(0);
  });

  it("keeps and sends a choice at once, and everything in the order in which it was done", () => {
    begin(model);
    const types = () => model.sent.map(({ type }) => type).filter((type) => type !== "fetch");

    verbs.choose("left");
    expect(types()).toEqual(["hello", "label"]);
    verbs.undo();
    verbs.choose("right");
    verbs.show("b");
    verbs.choose("tie");

    expect(types().slice(2)).toEqual(["undo", "label", "show", "label"]);
    const pending = link.state.value.pending.map(({ event }) => event.id);
    const events = model.sent.flatMap((message) => ("id" in message ? [message.id] : []));
    expect(events).toEqual(pending);
    const kept = Object.keys(localStorage).filter((key) => key.startsWith("tiebreak:"));
    expect(kept).toHaveLength(4);
    link.close();
    expect(model.of("label")).toHaveLength(3);
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
    const { notices, ...after } = link.state.value;

    expect({ ...after, notices: before.notices }).toEqual(before);
    expect(notices.refusal).toContain("cannot read");
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
});
