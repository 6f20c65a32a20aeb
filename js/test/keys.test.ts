import { describe, expect, it } from "vitest";
import { actionFor, bindingsOf, READING } from "../src/keys";

const press = (key: string, code = "", shiftKey = false) => ({ key, code, shiftKey });

describe("keys", () => {
  it("choose by digit, letter and arrow on the simple scale", () => {
    const choices = ["1", "2", "0", "9", "s", "ArrowLeft", "ArrowRight"].map((key) =>
      actionFor(press(key), "simple"),
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
    const grades = [..."1234567"].map((key) => actionFor(press(key), "graded"));

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
    expect(actionFor(press("&", "Digit1"), "simple")).toMatchObject({ choice: "left" });
    expect(actionFor(press("2", "Numpad2"), "simple")).toMatchObject({ choice: "right" });
    expect(actionFor(press("ы", "KeyS"), "simple")).toMatchObject({ choice: "skip" });
    expect(actionFor(press("S", "KeyS"), "simple")).toMatchObject({ choice: "skip" });
    // On a Dvorak keyboard the letter counts, not its place.
    expect(actionFor(press("o", "KeyS"), "simple")).toBeNull();
  });

  it("undo and leave", () => {
    for (const key of ["u", "Backspace"]) {
      expect(actionFor(press(key), "graded")).toEqual({ kind: "undo" });
    }
    expect(actionFor(press("Escape"), "simple")).toEqual({ kind: "leave" });
    expect(actionFor(press("x"), "simple")).toBeNull();
    expect(actionFor(press("3"), "simple")).toBeNull();
  });

  it("turn the pages of both responses, also back", () => {
    expect(actionFor(press(" "), "simple")).toEqual({ kind: "scroll", pages: 1 });
    expect(actionFor(press(" ", "Space", true), "simple")).toEqual({ kind: "scroll", pages: -1 });
    expect(actionFor(press("PageUp"), "graded")).toEqual({ kind: "scroll", pages: -1 });
  });

  it("change how the texts are read", () => {
    const toggles = [..."dfrtp"].map((key) => actionFor(press(key), "simple"));

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
      const bindings = [...bindingsOf(scale), ...READING];
      const keys = bindings.flatMap((binding) => binding.keys);
      const names = bindings.map((binding) => binding.name);

      expect(new Set(keys).size).toBe(keys.length);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
