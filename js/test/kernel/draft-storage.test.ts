import { beforeEach, describe, expect, it } from "vitest";
import { openDrafts } from "../../src/kernel/draft-storage";

describe("drafts in the browser's storage", () => {
  beforeEach(() => localStorage.clear());

  it("outlive the page", () => {
    openDrafts("pilot", localStorage).sync(new Map([["p", { note: "half a th" }]]));

    expect([...openDrafts("pilot", localStorage).list()]).toEqual([["p", { note: "half a th" }]]);
    expect(openDrafts("other", localStorage).list().size).toBe(0);
  });

  it("go when their pair is labeled, or nothing is said any more", () => {
    const drafts = openDrafts("pilot", localStorage);
    drafts.sync(
      new Map([
        ["p", { note: "a" }],
        ["q", { note: "b" }],
      ]),
    );
    drafts.sync(new Map([["q", { note: "" }]]));

    expect(localStorage.length).toBe(0);
  });

  it("never fail: on no storage, nor on what something else left there", () => {
    localStorage.setItem("tiebreak-draft:pilot:p", "{");

    expect(openDrafts("pilot", localStorage).list().size).toBe(0);
    expect(openDrafts("pilot", null).list().size).toBe(0);
  });
});
