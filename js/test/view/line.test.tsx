import type { AnyModel } from "@anywidget/types";
import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Link, openLink } from "../../src/kernel/link";
import { openVerbs, type Verbs } from "../../src/kernel/verbs";
import type { FromKernel } from "../../src/protocol";
import { openSurface } from "../../src/view/actions";
import { Line } from "../../src/view/line";
import { openToggles } from "../../src/view/toggles";

import { SIMPLE } from "../simple";

const standing = { total: 1, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 1 };

let say: (message: FromKernel) => void;
let link: Link;
let verbs: Verbs;
let mount: HTMLElement;

beforeEach(() => {
  const model = {
    on: (name: string, listener: typeof say) => {
      if (name === "msg:custom") say = listener;
    },
    off: () => {},
    send: () => {},
  };
  link = openLink(model as unknown as AnyModel);
  verbs = openVerbs(link);
  const root = document.createElement("div").attachShadow({ mode: "open" });
  mount = document.createElement("div");
  root.append(mount);
  render(<Line surface={openSurface(link, verbs, openToggles(), root)} />, mount);
});

afterEach(() => {
  render(null, mount);
  verbs.close();
  link.close();
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
