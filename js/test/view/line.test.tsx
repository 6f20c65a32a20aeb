import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromKernel } from "../../src/protocol";
import { Line } from "../../src/view/line";

import { SIMPLE } from "../simple";
import { type Mounted, mounted } from "./mounted";

const standing = { total: 1, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 1 };

let page: Mounted;
let say: Mounted["say"];
let link: Mounted["link"];
let mount: HTMLElement;

beforeEach(() => {
  page = mounted((surface) => <Line surface={surface} />);
  ({ say, link, mount } = page);
});

afterEach(() => {
  page.close();
});

async function showStopping(stopping?: unknown): Promise<void> {
  say({
    ...{ type: "state", name: "s", open: "o", outbox: "b", question: "q", scale: "simple" },
    ...{ images: "ask", shuffle: "x", readOnly: false, standing, history: [], recent: [] },
    ...{ ...SIMPLE, deck: [], stopping },
  } as unknown as FromKernel);
  await vi.waitFor(() => expect(link.state.value.session).not.toBeNull());
}

const said = () => mount.querySelector('[role="status"]')?.textContent;

test("the bar says whether models are told apart, and follows each label", async () => {
  await showStopping({ contests: 1, settled: 0 });
  await vi.waitFor(() => expect(said()).toBe("models not told apart yet"));
  say({ type: "ack", id: "one", standing, stopping: { contests: 1, settled: 1 } });

  await vi.waitFor(() => expect(said()).toBe("models told apart: you may stop"));
});

test("of several contests it says how many are settled", async () => {
  await showStopping({ contests: 6, settled: 2 });

  await vi.waitFor(() => expect(said()).toBe("2 of 6 told apart"));
});

test.each([[undefined], [{ contests: 0, settled: 0 }]])(
  "else it says nothing",
  async (stopping) => {
    await showStopping(stopping);

    expect(said()).toBeUndefined();
  },
);
