import { afterEach, describe, expect, test, vi } from "vitest";
import { renderText, whenComplete } from "../../src/content";
import { limits } from "../../src/content/limits";
import type { Highlighter } from "../../src/content/types";
import { needing } from "./modules";

const lines = (count: number): string => `\`\`\`js\n${"a b c d e\n".repeat(count)}\`\`\`\n\n`;

/** Colours a whole block as one string. */
const highlighter: Highlighter = {
  knows: () => true,
  highlight: (_language, value) => [
    {
      type: "element",
      tagName: "span",
      properties: { className: ["code-string"] },
      children: [{ type: "text", value }],
    },
  ],
};
const code = needing({ code: highlighter });

/** Idle time that comes when it is given. */
function idleTime(): { give(): void; asked(): number } {
  const waiting: (() => void)[] = [];
  vi.stubGlobal("requestIdleCallback", (work: () => void) => waiting.push(work));
  return {
    give() {
      for (const work of waiting.splice(0)) work();
    },
    asked: () => waiting.length,
  };
}

const coloured = (content: Element): number => content.querySelectorAll(".code-string").length;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("colours", () => {
  test("come at once where they fit into one turn, and nothing is left for later", () => {
    const idle = idleTime();
    const shown = renderText(lines(10).repeat(20), code);
    expect([coloured(shown), idle.asked()]).toEqual([20, 0]);
    expect(shown.hasAttribute("aria-busy")).toBe(false);
  });

  test("come in idle time where they do not, a turn at a time until all are there", () => {
    const idle = idleTime();
    const blocks = 40;
    const shown = renderText(lines(100).repeat(blocks), code);
    const perTurn = Math.floor(limits.workInTurn / "a b c d e\n".repeat(100).length);
    const counts = [coloured(shown)];
    while (idle.asked() > 0) {
      expect(shown.getAttribute("aria-busy")).toBe("true");
      idle.give();
      counts.push(coloured(shown));
    }
    const turns = Math.ceil(blocks / perTurn);
    expect(counts).toEqual(
      Array.from({ length: turns }, (_, turn) => Math.min(blocks, (turn + 1) * perTurn)),
    );
    expect(shown.hasAttribute("aria-busy")).toBe(false);
  });

  test("come to a block that is more than a turn by itself", () => {
    const idle = idleTime();
    const shown = renderText(lines(1_500), code);
    expect(coloured(shown)).toBe(0);
    idle.give();
    expect([coloured(shown), idle.asked()]).toEqual([1, 0]);
  });

  test("come without idle time too, as in Safari", async () => {
    Reflect.deleteProperty(globalThis, "requestIdleCallback");
    const shown = renderText(lines(100).repeat(40), code);
    await new Promise<void>((done) => whenComplete([shown], done));
    expect(coloured(shown)).toBe(40);
  });

  test("stop to come to what is no longer shown", () => {
    const idle = idleTime();
    const gone = new AbortController();
    const shown = renderText(lines(100).repeat(40), { ...code, signal: gone.signal });
    const before = coloured(shown);
    gone.abort();
    idle.give();
    expect([coloured(shown), idle.asked()]).toEqual([before, 0]);
  });

  test("are the same in the end however slow the machine is", () => {
    const idle = idleTime();
    const shown = (): string => {
      const content = renderText(`${lines(100).repeat(9)}\n\n$x$`, {
        need: (name) =>
          ({ code: highlighter, math: (tex: string, into: Element) => into.append(tex) })[
            name as "code"
          ] as never,
      });
      while (idle.asked() > 0) idle.give();
      return content.outerHTML;
    };
    const quick = shown();
    let time = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      time += 60_000;
      return time;
    });
    expect(shown()).toBe(quick);
    expect(quick).not.toContain("$x$");
  });
});

test("formulas come in idle time too, however many", () => {
  const idle = idleTime();
  const math = (tex: string, into: Element): void => into.append(`<${tex}>`);
  const shown = renderText("$x$ ".repeat(1_000), needing({ math }));
  const first = shown.querySelectorAll(".tex").length;
  while (idle.asked() > 0) idle.give();
  expect(first).toBeGreaterThan(0);
  expect(shown.querySelector(".tex")).toBeNull();
});

describe("what waits for complete contents", () => {
  test("is done at once where they are", () => {
    const work = vi.fn();
    whenComplete([renderText("a"), renderText("b")], work);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test("is done once when the last of them is, unless it was called off", () => {
    const idle = idleTime();
    const contents = [20, 40].map((blocks) => renderText(lines(100).repeat(blocks), code));
    const work = vi.fn(() => contents.map(coloured));
    const never = vi.fn();
    whenComplete(contents, work);
    whenComplete(contents, never)();
    while (idle.asked() > 0) idle.give();
    expect(work.mock.results.map(({ value }) => value)).toEqual([[20, 40]]);
    expect(never).not.toHaveBeenCalled();
  });
});
