import type { AnyModel } from "@anywidget/types";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FromKernel, Pair, StateMessage, ToKernel } from "../src/protocol";
import { NO_FORM } from "../src/state";
import widget from "../src/widget";
import { SIMPLE } from "./simple";

const pair = (id: string): Pair => ({
  ...{ id, prompt: "p", left: `left of ${id}`, right: `right of ${id}`, returning: false },
});

describe("the widget", () => {
  let hear: (message: FromKernel) => void;
  let sent: ToKernel[];
  let close: () => void;
  let remove: () => unknown;
  let host: HTMLElement;

  beforeEach(async () => {
    localStorage.clear();
    await open();
  });

  async function open() {
    document.body.replaceChildren();
    sent = [];
    const model = {
      on(name: string, listener: (content: unknown) => void) {
        if (name === "msg:custom") hear = listener;
      },
      off() {},
      send(message: ToKernel) {
        sent.push(message);
      },
      get: () => ({ name: "", open: "", total: 0, labeled: 0, skipped: 0, at: "" }),
    } as unknown as AnyModel<never>;
    const opened = widget();
    const end = opened.initialize({ model });
    const unmount = await opened.render({ model, el: document.body } as never);
    remove = () => unmount?.();
    close = () => end?.();
    host = document.querySelector<HTMLElement>(".tiebreak-widget") as HTMLElement;
  }

  afterEach(async () => {
    await remove();
    close();
  });

  function begin(values: Partial<StateMessage> = {}) {
    const deck = values.deck ?? ["a", "b", "c"].map(pair);
    const upcoming = deck.length;
    hear({
      type: "state",
      ...SIMPLE,
      ...{ name: "pilot", open: "", outbox: "0", question: "", scale: "simple", images: "ask" },
      ...{ shuffle: "7", readOnly: false, history: [], recent: [] },
      standing: { total: 3, labeled: 3 - upcoming, ties: 0, both_bad: 0, skipped: 0, upcoming },
      ...{ deck, ...values },
    });
  }

  async function press(...keys: string[]) {
    for (const key of keys) {
      const target = host.shadowRoot?.activeElement ?? host;
      target.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }),
      );
      await settled();
    }
  }

  /** A frame and what follows it, as often as a rendering, its effects and what they change take. */
  async function settled() {
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
  }
  const find = (selector: string) => host.shadowRoot?.querySelector<HTMLElement>(selector);
  const text = (selector: string) => find(selector)?.textContent ?? "";
  const shown = () => find(".pair:not(.prepared)")?.dataset.pair;
  const chosen = () => sent.filter((message) => message.type === "label");

  /** Presses a chord, and gives whether the host heard of it. */
  function reachesHost(init: KeyboardEventInit): boolean {
    const heard = vi.fn();
    document.addEventListener("keydown", heard, { capture: true });
    const target = host.shadowRoot?.activeElement ?? host;
    target.dispatchEvent(
      new KeyboardEvent("keydown", { ...init, bubbles: true, composed: true, cancelable: true }),
    );
    document.removeEventListener("keydown", heard, { capture: true });
    return heard.mock.calls.length > 0;
  }

  it("leaves the host its own chords, and keeps those that a notebook takes for its cells", () => {
    begin();
    host.focus();
    const ctrl = { ctrlKey: true };
    const both = { ...ctrl, shiftKey: true };
    for (const init of [
      ...["s", "b", "f", "z", "ArrowDown"].map((key) => ({ ...ctrl, key })),
      ...[
        { key: "s", metaKey: true },
        { key: "1", altKey: true },
        { key: "C", ...both },
      ],
    ]) {
      expect(reachesHost(init), JSON.stringify(init)).toBe(true);
    }
    for (const init of [
      ...[{ ...ctrl }, { shiftKey: true }, { altKey: true }, { metaKey: true }, { ...both }].map(
        (modifiers) => ({ key: "Enter", ...modifiers }),
      ),
      ...["a", "A", "Backspace"].map((key) => ({ ...ctrl, key })),
      ...["M", "ArrowUp", "ArrowLeft"].map((key) => ({ ...both, key })),
    ]) {
      expect(reachesHost(init), JSON.stringify(init)).toBe(false);
    }
    expect(chosen()).toEqual([]);
  });

  it("answers by key the criterion whose turn it is, and chooses by button at any time", async () => {
    begin({ form: { ...NO_FORM, criteria: [{ name: "kind", about: "" }] } });
    host.focus();
    await press("1");
    expect(find("[aria-checked=true]")?.textContent).toContain("Left");
    expect(chosen()).toEqual([]);
    await press("2");
    expect(chosen()).toMatchObject([{ choice: "right", criteria: { kind: "left" } }]);

    find(".control.left")?.click();
    await settled();
    expect(chosen().at(-1)).toMatchObject({ pair: "b", choice: "left" });
    expect(chosen().at(-1)).not.toHaveProperty("criteria");
  });

  it("hears nothing more once its view is gone", async () => {
    begin();
    host.focus();
    await remove();
    document.body.append(host);
    host.focus();
    await press("1");

    expect(chosen()).toEqual([]);
  });

  it("asks for a note where one is due, and takes no focus that is the notebook's", async () => {
    const form = { ...NO_FORM, noteRequired: ["any" as const] };
    begin({ form });
    host.focus();
    await press("1");
    expect(host.shadowRoot?.activeElement?.tagName).toBe("TEXTAREA");

    await remove();
    close();
    await open();
    begin({ form });
    await settled();
    expect(document.activeElement).toBe(document.body);
    expect(text(".held")).toContain("a note is asked for (n)");
  });

  it("keeps the keys when the button that has the focus goes away, also at the end", async () => {
    begin({ deck: [] });
    hear({ type: "refused", id: null, reason: "no such pair", keep: false });
    await settled();
    const dismiss = find(".notice button");
    dismiss?.focus();
    expect(document.activeElement).toBe(host);
    dismiss?.click();
    await settled();

    expect(find(".notice button")).toBeNull();
    expect(document.activeElement).toBe(host);
    expect(host.shadowRoot?.activeElement).toBeNull();
  });

  it("opens no note where there is no pair", async () => {
    begin({ deck: [] });
    host.focus();
    await press("n");
    begin();
    await settled();

    expect(find("textarea")).toBeNull();
  });

  it("shows keys of one's own wherever it names a key", async () => {
    begin({ deck: [], keys: { undo: ["x"], list: ["m"] } });
    await settled();

    expect(text(".end .others")).toBe("Undo xWhat you labeled m");
  });

  it("offers guidelines where only principles or criteria have a text", async () => {
    const named = (about: string) => ({ ...NO_FORM, principles: [{ name: "kind", about }] });
    begin({ form: named("") });
    await settled();
    expect(text(".toggles")).not.toContain("Guide");
    begin({ form: named("Be kind.") });
    await settled();

    expect(text(".toggles")).toContain("Guide");
  });

  it("begins to edit the response that a key names, though a criterion is open", async () => {
    begin({ form: { ...NO_FORM, criteria: [{ name: "kind", about: "" }] } });
    host.focus();
    await press("e", "2");

    expect(find(".editor textarea")?.getAttribute("aria-label")).toBe("Edited right response");
    expect(find("[aria-checked=true]")).toBeNull();
  });

  it("keeps the list until the pair comes that was asked for, so that no key meets another", async () => {
    begin();
    host.focus();
    await press("l");
    await vi.waitFor(() => expect(sent.at(-1)).toMatchObject({ filter: "all" }), {
      timeout: 30_000,
    });
    await press("ArrowRight");
    expect(sent.at(-1)).toEqual({ type: "list", filter: "ties", before: null });
    const item = { event: "event-1", pair: "z", choice: "tie" as const, strength: null };
    const marks = { noted: false, flagged: false, changed: false, seconds: 4.25, prompt: "p" };
    hear({ type: "listing", filter: "ties", items: [{ ...item, ...marks }], more: false });
    await settled();
    find(".labeled-row")?.click();
    await press("2");
    expect(text(".labeled-marks")).toBe("waiting for the kernel… · 4.3 s");
    expect(chosen()).toEqual([]);

    const labeled: Pair = { ...pair("z"), label: { choice: "tie" } };
    hear({ type: "shown", pair: labeled });
    await settled();
    expect([shown(), find(".panel")]).toEqual(["z", null]);
    await press("2");
    expect(chosen()).toMatchObject([{ pair: "z", choice: "right" }]);
  });

  it("leaves an earlier label by Escape, as it was or with what was changed beside the choice", async () => {
    begin();
    host.focus();
    const labeled: Pair = { ...pair("z"), label: { choice: "tie", note: "why" } };
    hear({ type: "shown", pair: labeled });
    await press("Escape");
    expect([shown(), chosen()]).toEqual(["a", []]);

    hear({ type: "shown", pair: labeled });
    await settled();
    const field = find("textarea") as HTMLTextAreaElement;
    field.value = "why, really";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settled();
    expect(text(".hint button")).toBe("Save the changes Esc");
    await press("Escape");
    expect(chosen()).toMatchObject([{ pair: "z", choice: "tie", note: "why, really" }]);
    expect(document.activeElement).toBe(host);
  });

  const CRITERIA = ["kind", "true"].map((name) => ({ name, about: "" }));
  const drawn = (selector: string) =>
    [...(host.shadowRoot?.querySelectorAll(`${selector} .key:not(.idle), ${selector} kbd`) ?? [])]
      .map(({ textContent }) => textContent ?? "")
      .filter((key) => /\d/.test(key));

  it("draws digits only where they act: at the criterion, at the choice, nowhere in a note", async () => {
    begin({ form: { ...NO_FORM, criteria: CRITERIA } });
    host.focus();
    await settled();
    expect([drawn(".criterion.active"), drawn(".controls")]).toEqual([["1", "0", "2", "9"], []]);
    await press("1", "1");
    expect([drawn(".criteria"), drawn(".controls")]).toEqual([[], ["1", "0", "2", "9"]]);
    await press("n");
    expect([drawn(".criteria"), drawn(".controls")]).toEqual([[], []]);
  });

  it("answers after undo from the first criterion again, with what was said before in sight", async () => {
    begin({ form: { ...NO_FORM, criteria: CRITERIA } });
    host.focus();
    await press("2", "2", "2", "u");
    expect(text(".criterion.active")).toContain("kind – once more, or ↓");
    expect(find(".criterion.active [aria-checked=true]")?.textContent).toContain("Right");
    await press("1", "1", "1");

    expect(chosen()).toHaveLength(2);
    expect(chosen()[1]).toMatchObject({ choice: "left", criteria: { kind: "left", true: "left" } });
  });

  it("takes no key that an input method is at, also where only its code says so", async () => {
    begin();
    host.focus();
    await press("n");
    const field = host.shadowRoot?.activeElement;
    for (const key of ["Escape", "Enter"]) {
      const said = { key, keyCode: 229, ctrlKey: key === "Enter" };
      field?.dispatchEvent(
        new KeyboardEvent("keydown", { ...said, bubbles: true, composed: true, cancelable: true }),
      );
      await settled();
      expect(host.shadowRoot?.activeElement).toBe(field);
    }
  });

  it("types nothing of the key that opened a note, however long it is held", async () => {
    begin({ form: { ...NO_FORM, noteRequired: ["both_bad"] } });
    host.focus();
    await press("9");
    const types = (init: KeyboardEventInit) =>
      host.shadowRoot?.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { ...init, bubbles: true, composed: true, cancelable: true }),
      );
    expect(host.shadowRoot?.activeElement?.tagName).toBe("TEXTAREA");
    expect(text(".held")).not.toContain("(n)");

    expect(types({ key: "9", repeat: true })).toBe(false);
    expect(types({ key: "9" })).toBe(true);
    expect(types({ key: "9", repeat: true })).toBe(true);
  });

  it("answers one criterion however long a key is held", async () => {
    begin({ form: { ...NO_FORM, criteria: CRITERIA } });
    host.focus();
    await press("1");
    host.dispatchEvent(
      new KeyboardEvent("keydown", { key: "1", repeat: true, bubbles: true, composed: true }),
    );
    await settled();

    expect(text(".criterion.active")).toContain("true");
    expect(find(".criterion.active [aria-checked=true]")).toBeNull();
  });

  it("keeps a pair whose note is written when another tab labels it, and the note with it", async () => {
    begin();
    host.focus();
    await press("n");
    const field = host.shadowRoot?.activeElement as HTMLTextAreaElement;
    const theirs = { event: "theirs", pair: "a", choice: "tie" as const, strength: null };
    const standing = { total: 3, labeled: 1, ties: 1, both_bad: 0, skipped: 0, upcoming: 2 };
    hear({ type: "ack", id: "theirs", standing, label: theirs });
    await settled();
    expect([shown(), host.shadowRoot?.activeElement]).toEqual(["a", field]);
    expect(text(".hint")).toContain("You chose: Tie");
    field.value = "why";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await press("Escape", "Escape");

    expect(chosen()).toMatchObject([{ pair: "a", choice: "tie", note: "why" }]);
    expect([shown(), find("textarea")]).toEqual(["b", null]);
  });

  it("chooses by no key while an answer is edited, and asks once more where criteria were hidden", async () => {
    begin({ form: { ...NO_FORM, criteria: CRITERIA } });
    host.focus();
    await press("1", "1", "e", "2");
    host.focus();
    await press("1");
    expect(chosen()).toEqual([]);
    find(".editor button")?.click();
    await settled();
    expect(chosen()).toEqual([]);
    expect(text(".held")).toContain(" is better: not saved yet, 2 saves it.");
    await press("2");

    expect(chosen()).toMatchObject([{ choice: "right", criteria: { kind: "left", true: "left" } }]);
  });

  it("calls nothing saved while what was saved is being taken back, not for a frame", async () => {
    begin({
      deck: [pair("b"), pair("c")],
      ...{
        recent: [pair("a")],
        history: [{ event: "1", pair: "a", choice: "left", strength: null }],
      },
    });
    host.focus();
    await settled();
    expect(text(".save-state")).toBe("Saved 1");

    const key = new KeyboardEvent("keydown", { key: "u", bubbles: true, composed: true });
    host.dispatchEvent(key);
    await new Promise((done) => setTimeout(done)); // what is due at once, and no frame

    expect(text(".save-state")).toBe("Saving 1");
  });
});
