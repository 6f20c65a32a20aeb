import { describe, expect, it } from "vitest";
import { describePace, openPace, showSeconds } from "../../src/kernel/pace";

describe("the pace", () => {
  it("counts this sitting and estimates what is left from the median", () => {
    let now = 0;
    const keeper = openPace(() => now);
    for (const [place, seconds] of [10, 12, 300, 11, 9].entries()) {
      now += seconds;
      keeper.add(`pair ${place}`, seconds);
    }

    expect(describePace(keeper.pace(), 60)).toBe(
      "5 this sitting · median 11 s · about 11 min left",
    );
  });

  it("counts a pair once, however often it was changed, and not when it was taken back", () => {
    const keeper = openPace(() => 0);
    keeper.add("a", 10);
    keeper.add("b", 20);
    keeper.takeBack("b");
    keeper.add("b", 22);
    keeper.add("a", 30);
    expect(keeper.pace()).toMatchObject({ count: 2, median: 30 });
    keeper.takeBack("a");

    expect(keeper.pace()).toMatchObject({ count: 1, median: 22 });
  });

  it("shows tenths of few seconds", () => {
    expect([0.04, 0.25, 9.96, 14.4].map(showSeconds)).toEqual(["0 s", "0.3 s", "10 s", "14 s"]);
  });

  it("says nothing of times before there are some", () => {
    expect(describePace(openPace(() => 0).pace(), 9)).toBe("0 this sitting");
  });

  it("says how long one has worked without a break, and begins anew after one", () => {
    let now = 0;
    const keeper = openPace(() => now);
    for (let label = 0; label < 61; label += 1) {
      now += 60;
      keeper.add(`pair ${label}`, 60);
    }
    expect(describePace(keeper.pace(), 0)).toContain("61 min without a break");
    now += 1000;
    keeper.add("another", 60);

    expect(describePace(keeper.pace(), 0)).not.toContain("break");
  });
});
