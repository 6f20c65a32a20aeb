import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Header } from "../../src/view/header";
import { begin, standing } from "../kernel/fake-model";
import { type Mounted, mounted } from "./mounted";

let page: Mounted;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  page = mounted((surface) => <Header surface={surface} />);
});

afterEach(() => {
  page.close();
  vi.useRealTimers();
});

test("an acknowledgement that comes before the paint does not bring forward what is told after it", async () => {
  const told = () => page.mount.querySelector(".progress")?.textContent;
  const saved = () => page.mount.querySelector('[role="status"]')?.textContent;
  begin(page, ["a", "b", "c"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([told(), saved()]).toEqual(["0 of 9", "Saved 0"]);

  page.verbs.choose("left");
  await vi.advanceTimersByTimeAsync(0);
  const [sent] = page.link.state.value.pending;
  page.say({
    ...{ type: "ack", id: sent?.event.id ?? "" },
    standing: { ...standing, labeled: 1, upcoming: 8 },
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(page.link.state.value.pending).toEqual([]);
  expect([told(), saved()]).toEqual(["0 of 9", "Saved 0"]);

  await vi.advanceTimersByTimeAsync(1_000);
  expect([told(), saved()]).toEqual(["1 of 9", "Saved 1"]);
});
