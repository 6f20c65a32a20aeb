// What a test leaves running would meet the next one, or no document at all.

import { afterEach, vi } from "vitest";

const { setTimeout: start, clearTimeout: stop } = globalThis;
/** Where each timer that has neither run nor been called off was set. */
const left = new Map<unknown, string>();

globalThis.setTimeout = ((
  work: (...values: unknown[]) => void,
  ms?: number,
  ...values: unknown[]
) => {
  const timer = start(() => {
    left.delete(timer);
    work(...values);
  }, ms);
  left.set(timer, new Error("Nobody called this off").stack ?? "");
  return timer;
}) as typeof setTimeout;

globalThis.clearTimeout = ((timer: Parameters<typeof clearTimeout>[0]) => {
  left.delete(timer);
  stop(timer);
}) as typeof clearTimeout;

const isOwn = (where: string) => where.includes("/js/src/");

afterEach(async () => {
  vi.useRealTimers();
  // What the libraries left ends by itself, and ends what is ours: Preact lets go of effects in a frame.
  while (![...left.values()].every(isOwn)) await new Promise((done) => start(done));
  const own = [...left.values()][0];
  left.clear();
  if (own) throw new Error(own);
});
