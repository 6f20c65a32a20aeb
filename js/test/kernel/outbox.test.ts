import { beforeEach, describe, expect, it } from "vitest";
import { openOutbox } from "../../src/kernel/outbox";
import type { LabelEvent } from "../../src/protocol";

const label = (id: string): LabelEvent => ({
  type: "label",
  id,
  pair: "p",
  choice: "left",
  shuffle: "7-random",
  at: "2026-01-01T00:00:00.000Z",
});

describe("the outbox", () => {
  beforeEach(() => localStorage.clear());

  it("gives back, after a reload, what was not acknowledged, in order", () => {
    const outbox = openOutbox("session-1", localStorage);
    for (const id of ["e1", "e2", "e3"]) outbox.put(label(id));
    outbox.remove("e2");

    const reopened = openOutbox("session-1", localStorage);

    expect(reopened.list().map((event) => event.id)).toEqual(["e1", "e3"]);
    reopened.remove("e1");
    expect(openOutbox("session-1", localStorage).list()).toEqual([label("e3")]);
  });

  it("keeps two tabs and two sessions apart without losing either's", () => {
    const first = openOutbox("session-1", localStorage);
    const second = openOutbox("session-1", localStorage);
    const other = openOutbox("session-2", localStorage);
    first.put(label("e1"));
    second.put(label("e2"));
    other.put(label("e3"));
    first.remove("e1");

    expect(openOutbox("session-1", localStorage).list()).toEqual([label("e2")]);
    expect(other.list()).toEqual([label("e3")]);
  });

  it("passes over what is not an event", () => {
    localStorage.setItem("tiebreak:session-1:0:x", "{");
    localStorage.setItem("tiebreak:session-1:1:y", '"text"');

    expect(openOutbox("session-1", localStorage).list()).toEqual([]);
  });

  it("works without storage, and says that it does not last", () => {
    const outbox = openOutbox("session-1", null);
    outbox.put(label("e1"));
    outbox.remove("e1");

    expect(outbox.durable).toBe(false);
    expect(outbox.list()).toEqual([]);
  });

  it("goes on when the storage is full", () => {
    const full = {
      length: 0,
      key: () => null,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
      removeItem: () => undefined,
    } as unknown as Storage;

    expect(() => openOutbox("session-1", full).put(label("e1"))).not.toThrow();
  });
});
