import { describe, expect, it } from "vitest";
import { describePace, openPace } from "../src/pace";

describe("the pace", () => {
  it("counts this sitting and estimates what is left from the median", () => {
    let now = 0;
    const keeper = openPace(() => now);
    for (const seconds of [10, 12, 300, 11, 9]) {
      now += seconds;
      keeper.add(seconds);
    }

    expect(describePace(keeper.pace(), 60)).toBe(
      "5 this sitting · median 11 s · about 11 min left",
    );
  });

  it("says nothing of times before there are some", () => {
    expect(describePace(openPace(() => 0).pace(), 9)).toBe("0 this sitting");
  });

  it("says how long one has worked without a break, and begins anew after one", () => {
    let now = 0;
    const keeper = openPace(() => now);
    for (let label = 0; label < 61; label += 1) {
      now += 60;
      keeper.add(60);
    }
    expect(describePace(keeper.pace(), 0)).toContain("61 min without a break");
    now += 1000;
    keeper.add(60);

    expect(describePace(keeper.pace(), 0)).not.toContain("break");
  });
});
