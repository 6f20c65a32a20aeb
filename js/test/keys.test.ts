import { describe, expect, it, vi } from "vitest";
import table from "../../src/tiebreak/labeling/keys.json";
import { ACTIONS, actionFor, bindingsOf, type KeyPress, ticksOf } from "../src/keys";
import type { Scale } from "../src/protocol";
import { NO_FORM } from "../src/state";

const actionOn = (pressed: KeyPress, scale: Scale) => actionFor(pressed, bindingsOf(scale));
const press = (key: string, code = "", shiftKey = false) => ({ key, code, shiftKey });

describe("the table of keys", () => {
  it("has a row for each action, and an action for each row", () => {
    expect(table.map(({ action }) => action).sort()).toEqual(Object.keys(ACTIONS).sort());
  });

  it("is refused where it names what nothing does, and no row is dropped", async () => {
    vi.resetModules();
    const row = { action: "sing", group: "read", name: "Sing", short: "Sing" };
    const keys = { simple: ["+"], graded: ["+"] };
    vi.doMock("../../src/tiebreak/labeling/keys.json", () => ({
      default: [...table, { ...row, ...keys }],
    }));
    const { bindingsOf: bindingsOfMore } = await import("../src/keys");
    vi.doUnmock("../../src/tiebreak/labeling/keys.json");

    expect(() => bindingsOfMore("simple")).toThrow('"sing"');
  });
});

describe("keys", () => {
  it("choose by digit, letter and arrow on the simple scale", () => {
    const choices = ["1", "2", "0", "9", "s", "ArrowLeft", "ArrowRight"].map((key) =>
      actionOn(press(key), "simple"),
    );

    expect(choices.map((action) => action?.kind === "choose" && action.choice)).toEqual([
      "left",
      "right",
      "tie",
      "both_bad",
      "skip",
      "left",
      "right",
    ]);
  });

  it("give seven points on the graded scale", () => {
    const grades = [..."1234567"].map((key) => actionOn(press(key), "graded"));

    expect(
      grades.map((action) => action?.kind === "choose" && [action.choice, action.strength]),
    ).toEqual([
      ["left", 3],
      ["left", 2],
      ["left", 1],
      ["tie", undefined],
      ["right", 1],
      ["right", 2],
      ["right", 3],
    ]);
  });

  it("are read by place where the keyboard types other characters", () => {
    expect(actionOn(press("&", "Digit1"), "simple")).toMatchObject({ choice: "left" });
    expect(actionOn(press("2", "Numpad2"), "simple")).toMatchObject({ choice: "right" });
    expect(actionOn(press("ы", "KeyS"), "simple")).toMatchObject({ choice: "skip" });
    expect(actionOn(press("S", "KeyS"), "simple")).toMatchObject({ choice: "skip" });
    // On a Dvorak keyboard the letter counts, not its place.
    expect(actionOn(press("o", "KeyS"), "simple")).toBeNull();
  });

  it("undo and leave", () => {
    for (const key of ["u", "Backspace"]) {
      expect(actionOn(press(key), "graded")).toEqual({ kind: "undo" });
    }
    expect(actionOn(press("Escape"), "simple")).toEqual({ kind: "leave" });
    expect(actionOn(press("x"), "simple")).toBeNull();
    expect(actionOn(press("3"), "simple")).toBeNull();
  });

  it("turn the pages of both responses, also back", () => {
    expect(actionOn(press(" "), "simple")).toEqual({ kind: "scroll", pages: 1 });
    expect(actionOn(press(" ", "Space", true), "simple")).toEqual({ kind: "scroll", pages: -1 });
    expect(actionOn(press("PageUp"), "graded")).toEqual({ kind: "scroll", pages: -1 });
  });

  it("choose where a French or Czech keyboard types + or - on a digit, and resize elsewhere", () => {
    expect(actionOn(press("-", "Digit6"), "graded")).toMatchObject({
      choice: "right",
      strength: 2,
    });
    expect(actionOn(press("+", "Digit1"), "simple")).toMatchObject({ choice: "left" });
    expect(actionOn(press("=", "Digit0", true), "simple")).toMatchObject({ choice: "tie" });
    expect(actionOn(press("+", "Equal", true), "simple")).toEqual({ kind: "resize", step: 1 });
    expect(actionOn(press("-", "NumpadSubtract"), "simple")).toEqual({ kind: "resize", step: -1 });
  });

  it("change how the texts are read", () => {
    const toggles = [..."dfrtp"].map((key) => actionOn(press(key), "simple"));

    expect(toggles.map((action) => action?.kind === "toggle" && action.what)).toEqual([
      "differences",
      "fold",
      "raw",
      "together",
      "prompt",
    ]);
  });

  it("mean one thing each, and every button has a name of its own", () => {
    for (const scale of ["simple", "graded"] as const) {
      const bindings = bindingsOf(scale);
      const keys = bindings.flatMap((binding) => binding.keys);
      const names = bindings.map((binding) => binding.name);

      expect(new Set(keys).size).toBe(keys.length);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it("can be one's own, which the screen then shows", () => {
    const own = bindingsOf("simple", { left: ["a"], tie: ["t"], together: ["y"] });

    expect(actionFor(press("a"), own)).toMatchObject({ choice: "left" });
    expect(actionFor(press("1"), own)).toBeNull();
    expect(own.find(({ id }) => id === "left")?.keys).toEqual(["a"]);
    const foreign = bindingsOf("simple", { note: ["т"], edit: ["é"] });
    expect(actionFor(press("т", "KeyN"), foreign)).toEqual({ kind: "note" });
    expect(actionFor(press("é", "Digit2"), foreign)).toEqual({ kind: "edit" });
  });

  it("tick a phrase of the left response by a letter, and of the right one with Shift", () => {
    const bindings = bindingsOf("simple");
    const form = { ...NO_FORM, reasons: ["wrong fact"], principles: [{ name: "kind", about: "" }] };
    const rows = ticksOf(form, bindings);

    expect(actionFor(press("a"), bindings, rows)).toEqual({
      kind: "tick",
      tick: { list: "reasons", phrase: "wrong fact", side: "left" },
    });
    expect(actionFor(press("A", "KeyA", true), bindings, rows)).toMatchObject({
      tick: { side: "right" },
    });
    expect(actionFor(press("b"), bindings, rows)).toMatchObject({ tick: { list: "principles" } });
    expect(actionFor(press("c"), bindings, rows)).toBeNull();
  });

  it("tick a flag of the pair itself by a letter that is left", () => {
    const bindings = bindingsOf("simple");
    const rows = ticksOf({ ...NO_FORM, flags: ["unsafe", "broken"] }, bindings);
    const letters = rows.map(({ ticks }) => ticks.map(({ tick, key }) => [tick.side, key]));

    expect(letters).toEqual([
      [
        ["left", "a"],
        ["right", "Shift+a"],
        ["pair", "c"],
      ],
      [
        ["left", "b"],
        ["right", "Shift+b"],
        ["pair", "h"],
      ],
    ]);
    expect(actionFor(press("c"), bindings, rows)).toMatchObject({ tick: { side: "pair" } });
    expect(actionFor(press("C", "KeyC", true), bindings, rows)).toBeNull();
  });

  it("never give a letter to two phrases, nor one that does something else", () => {
    const bindings = bindingsOf("simple", { both_bad: ["b"] });
    const reasons = Array.from({ length: 20 }, (_, place) => `reason ${place}`);
    const rows = ticksOf({ ...NO_FORM, reasons, flags: ["unsafe"] }, bindings);
    const keys = rows.flatMap(({ ticks }) => ticks.flatMap(({ key }) => key ?? []));

    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).not.toContain("b");
    expect(rows).toHaveLength(21);
  });
});
