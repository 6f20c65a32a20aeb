import type { AnyModel } from "@anywidget/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Link, openLink } from "../../src/kernel/link";
import { openVerbs, type Verbs } from "../../src/kernel/verbs";
import * as store from "../../src/state";
import { begin, FakeModel, pair } from "./fake-model";

describe("what the annotator does", () => {
  let model: FakeModel;
  let link: Link;
  let verbs: Verbs;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance", "Date"] });
    localStorage.clear();
    model = new FakeModel();
    link = openLink(model as unknown as AnyModel);
    verbs = openVerbs(link);
  });

  afterEach(() => {
    verbs.close();
    link.close();
    vi.useRealTimers();
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
    expect(link.shown.draft.value.held?.isQuick).toBe(true);
    expect(link.shown.missing.value).toBeNull();
    verbs.choose("left");
    expect(link.shown.missing.value).toEqual({ kind: "note" });
    verbs.write("why");
    verbs.sendHeld();

    expect(model.of("label")).toMatchObject([{ choice: "left", note: "why" }]);
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
