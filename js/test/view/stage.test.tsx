import type { AnyModel } from "@anywidget/types";
import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Link, openLink } from "../../src/kernel/link";
import { openVerbs, type Verbs } from "../../src/kernel/verbs";
import type { FromKernel } from "../../src/protocol";
import { openSurface } from "../../src/view/actions";
import { Stage } from "../../src/view/stage";
import { openToggles, type Toggles } from "../../src/view/toggles";
import { SIMPLE } from "../simple";

const standing = { total: 9, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 9 };
const pair = (id: string) => ({
  id,
  prompt: "p",
  left: "**l**",
  right: "**r**",
  returning: false,
});

let say: (message: FromKernel) => void;
let link: Link;
let verbs: Verbs;
let toggles: Toggles;
let mount: HTMLElement;

beforeEach(() => {
  const model = {
    on: (name: string, listener: typeof say) => {
      if (name === "msg:custom") say = listener;
    },
    off: () => {},
    send: () => {},
  };
  link = openLink(model as unknown as AnyModel);
  verbs = openVerbs(link);
  toggles = openToggles();
  const host = document.createElement("div");
  document.body.append(host);
  const root = host.attachShadow({ mode: "open" });
  mount = document.createElement("div");
  root.append(mount);
  render(<Stage surface={openSurface(link, verbs, toggles, root)} />, mount);
});

afterEach(() => {
  render(null, mount);
  verbs.close();
  link.close();
});

function begin(deck: string[]): void {
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
    deck: deck.map(pair),
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
  await vi.waitFor(() => expect(count()).toBe(4));
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
  await vi.waitFor(() => expect(mount.querySelectorAll(".pair")).toHaveLength(5));

  const ask = vi.spyOn(globalThis, "requestAnimationFrame");
  for (let frame = 0; frame < 20; frame += 1) {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 5)));
  }
  expect(ask).toHaveBeenCalledTimes(20);
  ask.mockRestore();
});
