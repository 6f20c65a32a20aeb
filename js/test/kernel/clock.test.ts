import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Clock, openClock } from "../../src/kernel/clock";

describe("the clock", () => {
  let clock: Clock;
  const hasFocus = vi.spyOn(document, "hasFocus");

  function look(is: boolean) {
    hasFocus.mockReturnValue(is);
    window.dispatchEvent(new Event(is ? "focus" : "blur"));
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
    hasFocus.mockReturnValue(true);
    clock = openClock();
    clock.show("a");
  });

  afterEach(() => {
    clock.close();
    vi.useRealTimers();
  });

  it("stands still while the page has not the focus", () => {
    vi.advanceTimersByTime(2_000);
    look(false);
    vi.advanceTimersByTime(60_000);
    look(true);
    vi.advanceTimersByTime(1_540);

    expect(clock.seconds()).toBe(3.5);
  });

  it("goes on with a pair that comes back", () => {
    vi.advanceTimersByTime(3_000);
    clock.show("b");
    vi.advanceTimersByTime(1_000);
    expect(clock.seconds()).toBe(1);
    clock.show(undefined);
    vi.advanceTimersByTime(9_000);
    clock.show("a");
    vi.advanceTimersByTime(500);

    expect(clock.seconds()).toBe(3.5);
  });
});
