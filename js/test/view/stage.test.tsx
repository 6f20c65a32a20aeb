import type { Signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import highlighter from "../../src/content/code-module";
import diffContent from "../../src/content/diff";
import type { Pair } from "../../src/protocol";
import { Stage } from "../../src/view/stage";
import { SIMPLE } from "../simple";
import { type Mounted, mounted } from "./mounted";

const standing = { total: 9, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 9 };
const pair = (id: string) => ({
  id,
  prompt: "p",
  left: "**l**",
  right: "**r**",
  returning: false,
});

// A busy machine is late with a frame; nothing here is decided by how late.
const PATIENCE = { timeout: 30_000, interval: 20 };

let page: Mounted;
let say: Mounted["say"];
let link: Mounted["link"];
let verbs: Mounted["verbs"];
let toggles: Mounted["toggles"];
let mount: HTMLElement;

beforeEach(() => {
  localStorage.clear();
  page = mounted((surface) => <Stage surface={surface} />, true);
  ({ say, link, verbs, toggles, mount } = page);
});

afterEach(() => {
  page.close();
});

function begin(deck: string[], texts: Partial<Pair> = {}): void {
  say({
    type: "state",
    ...SIMPLE,
    name: "",
    open: "",
    outbox: "",
    question: "",
    scale: "simple",
    images: "ask",
    shuffle: "",
    readOnly: false,
    standing,
    deck: deck.map((id) => ({ ...pair(id), ...texts })),
    history: [],
    recent: [],
  });
}

/** How many pairs each change of the stage touched, until all four are laid out as `selector` has it. */
async function changesUntilAll(selector: string): Promise<number[]> {
  const touched: number[] = [];
  const count = () => mount.querySelectorAll(`.pair:has(${selector})`).length;
  const observer = new MutationObserver(() => {
    const before = touched.reduce((sum, more) => sum + more, 0);
    if (count() > before) touched.push(count() - before);
  });
  observer.observe(mount, { childList: true, subtree: true });
  await vi.waitFor(() => expect(count()).toBe(4), PATIENCE);
  observer.disconnect();
  return touched;
}

test("the next pairs are laid out behind the first, one at a time", async () => {
  begin(["a", "b", "c", "d", "e"]);
  expect(await changesUntilAll("strong")).toEqual([1, 1, 1, 1]);
  expect(mount.querySelectorAll(".pair.prepared")).toHaveLength(3);
});

test("a change of how texts are shown comes to the pair on screen first, and to the others in turn", async () => {
  begin(["a", "b", "c", "d"]);
  await changesUntilAll("strong");
  toggles.raw.value = true;
  expect(await changesUntilAll(".plain")).toEqual([1, 1, 1, 1]);
  expect(mount.querySelector("strong")).toBeNull();
});

test("a stage that has laid out what is next asks for no more frames", async () => {
  begin(["a", "b", "c", "d", "e", "f"]);
  await changesUntilAll("strong");
  verbs.choose("left");
  await vi.waitFor(() => expect(mount.querySelectorAll(".pair")).toHaveLength(5), PATIENCE);

  const ask = vi.spyOn(globalThis, "requestAnimationFrame");
  for (let frame = 0; frame < 20; frame += 1) {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  expect(ask).toHaveBeenCalledTimes(20);
  ask.mockRestore();
});

test("differences in code are marked once all of it is coloured, on screen and behind it", async () => {
  const waiting: (() => void)[] = [];
  vi.stubGlobal("requestIdleCallback", (work: () => void) => waiting.push(work));
  const parts = link.parts.loaded as Signal<typeof link.parts.loaded.value>;
  parts.value = { code: highlighter, differences: diffContent };
  const code = (last: string) =>
    `\`\`\`js\n${"return true;\n".repeat(200)}${last}\n\`\`\`\n\n`.repeat(6);
  toggles.differences.value = true;
  begin(["a", "b"], { left: code("return 1;"), right: code("return 2;") });
  const count = (selector: string) => mount.querySelectorAll(selector).length;
  await vi.waitFor(() => expect(count(".pair")).toBe(2), PATIENCE);
  expect(count("mark")).toBe(0);
  expect(count(".code-keyword")).toBeLessThan(2 * 2 * 6 * 201);

  while (waiting.length > 0) for (const work of waiting.splice(0)) work();

  expect(count(".code-keyword")).toBe(2 * 2 * 6 * 201);
  expect(count(".pair.prepared mark")).toBe(12);
  expect(count(".pair:not(.prepared) .code-number mark")).toBe(12);
  toggles.differences.value = false;
  await vi.waitFor(() => expect(count("mark")).toBe(0), PATIENCE);
  expect(count(".code-keyword")).toBe(2 * 2 * 6 * 201);
  vi.unstubAllGlobals();
});
