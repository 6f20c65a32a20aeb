import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromKernel, Vote } from "../../src/protocol";
import { Votes } from "../../src/view/votes";
import { SIMPLE } from "../simple";
import { type Mounted, mounted } from "./mounted";

const standing = { total: 1, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 1 };

let page: Mounted;
let say: Mounted["say"];
let link: Mounted["link"];
let mount: HTMLElement;

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  page = mounted((surface) => <Votes surface={surface} />);
  ({ say, link, mount } = page);
});

afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
});

async function showVotes(votes: unknown): Promise<void> {
  const pair = { id: "p", prompt: "p", left: "l", right: "r", returning: false, votes };
  say({
    ...{ type: "state", name: "s", open: "o", outbox: "b", question: "q", scale: "simple" },
    ...{ images: "ask", shuffle: "x", readOnly: false, standing, history: [], recent: [] },
    ...{ ...SIMPLE, deck: [pair] },
  } as unknown as FromKernel);
  await Promise.resolve();
}

test("strangers' names, reasons and notes show as they were written", async () => {
  const hostile = '<img src=x onerror="alert(1)"> **b**';
  await showVotes([
    { by: hostile, choice: "left", note: `${hostile}\u202e`, reasons: { right: [hostile] } },
  ] satisfies Vote[]);

  await vi.waitFor(() => expect(mount.textContent).toContain("U+202E"));
  expect(mount.querySelectorAll(".written img, .written strong")).toHaveLength(0);
  expect(mount.textContent?.split(hostile)).toHaveLength(4);
});

test("whoever chose left stands first, and each choice is counted", async () => {
  const votes: Vote[] = [
    { by: "Person 1", choice: "right" },
    { by: "Person 2", choice: "left", strength: 2 },
    { by: "Person 3", choice: "right", edited: true },
  ];
  await showVotes(votes);

  await vi.waitFor(() => expect(mount.querySelectorAll(".vote")).toHaveLength(3));
  const shown = [...mount.querySelectorAll(".written")].map(({ textContent }) => textContent);
  expect(shown).toEqual(["Person 2", "Person 1", "Person 3"]);
  expect(mount.querySelector(".votes-head")?.textContent).toMatch(/Left.* 1.*Right.* 2/);
  expect(mount.textContent).toContain("(2 of 3)");
  expect(mount.textContent).toContain("with an edit");
});

test.each([[undefined], [[]]])("where nobody said anything there is nothing", async (votes) => {
  await showVotes(votes);
  await vi.waitFor(() => expect(link.state.value.session).not.toBeNull());

  expect(mount.childElementCount).toBe(0);
});

test("votes that are none are not taken up", async () => {
  await showVotes([{ by: 3, choice: "left" }]);

  expect(link.state.value.session).toBeNull();
});
