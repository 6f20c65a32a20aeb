import type { LaterStep } from "./context";
import { limits } from "./limits";

const complete = "complete";

function whenIdle(work: () => void): void {
  // A page that is never idle gets its colours too; Safari has no idle time to give.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work);
}

function isIncomplete(content: Element): boolean {
  return content.getAttribute("aria-busy") === "true";
}

/** Takes steps, at least so many, while they fit into one turn. Gives the place of the first one left. */
function takeTurn(steps: readonly LaterStep[], from: number, least: number): number {
  let work = 0;
  for (let at = from; at < steps.length; at += 1) {
    const step = steps[at] as LaterStep;
    work += step.work;
    if (work > limits.workInTurn && at >= from + least) return at;
    try {
      step.run();
    } catch {}
  }
  return steps.length;
}

/**
 * Adds colours and formulas to a content: at once what fits into one turn, and the rest in idle time, turn by
 * turn; until then the content says that it is busy. What fails stays as it is.
 */
export function finish(content: Element, steps: readonly LaterStep[], signal?: AbortSignal): void {
  let next = takeTurn(steps, 0, 0);
  if (next === steps.length) return;
  content.setAttribute("aria-busy", "true");
  const goOn = (): void => {
    if (signal?.aborted) return;
    next = takeTurn(steps, next, 1);
    if (next < steps.length) whenIdle(goOn);
    else {
      content.removeAttribute("aria-busy");
      content.dispatchEvent(new Event(complete));
    }
  };
  whenIdle(goOn);
}

/** Does some work once all contents have their colours and formulas. Returns how to call it off. */
export function whenComplete(contents: readonly Element[], work: () => void): () => void {
  const waiting = new AbortController();
  const look = (): void => {
    if (waiting.signal.aborted || contents.some(isIncomplete)) return;
    waiting.abort();
    work();
  };
  for (const content of contents) {
    content.addEventListener(complete, look, { signal: waiting.signal });
  }
  look();
  return () => waiting.abort();
}
