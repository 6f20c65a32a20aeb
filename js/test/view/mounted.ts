// A part of the view over a kernel that says what a test has it say.

import type { AnyModel } from "@anywidget/types";
import { type ComponentChild, render } from "preact";
import { type Link, openLink } from "../../src/kernel/link";
import { openVerbs, type Verbs } from "../../src/kernel/verbs";
import type { FromKernel } from "../../src/protocol";
import { openSurface, type Surface } from "../../src/view/actions";
import { openToggles, type Toggles } from "../../src/view/toggles";

export interface Mounted {
  link: Link;
  verbs: Verbs;
  toggles: Toggles;
  mount: HTMLElement;
  say: (message: FromKernel) => void;
  close: () => void;
}

/** Draws a part in a shadow root of its own, in the page or beside it. */
export function mounted(view: (surface: Surface) => ComponentChild, inPage = false): Mounted {
  let hear: (message: FromKernel) => void = () => {};
  const model = {
    on: (name: string, listener: typeof hear) => {
      if (name === "msg:custom") hear = listener;
    },
    off: () => {},
    send: () => {},
  };
  const link = openLink(model as unknown as AnyModel);
  const verbs = openVerbs(link);
  const toggles = openToggles();
  const host = document.createElement("div");
  if (inPage) document.body.append(host);
  const root = host.attachShadow({ mode: "open" });
  const mount = document.createElement("div");
  root.append(mount);
  render(view(openSurface(link, verbs, toggles, root)), mount);
  const close = () => {
    render(null, mount);
    verbs.close();
    link.close();
  };
  return { link, verbs, toggles, mount, say: (message) => hear(message), close };
}
