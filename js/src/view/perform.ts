import type { Action } from "../keys";
import type { Link } from "../link";
import type { Reading } from "./reading";
import { scrollByPages } from "./scrolling";

/** What an action acts on. */
export interface Surface {
  link: Link;
  reading: Reading;
  root: ShadowRoot;
}

/** Does what a key or a button stands for. */
export function perform({ link, reading, root }: Surface, action: Action): void {
  switch (action.kind) {
    case "choose":
      link.choose(action.choice, action.strength);
      break;
    case "undo":
      link.undo();
      break;
    case "toggle":
      reading[action.what].value = !reading[action.what].value;
      break;
    case "scroll":
      scrollByPages(root, action.pages);
      break;
    case "leave":
      leave(root.host);
      break;
  }
}

/** Hands the focus back to what holds the widget: the notebook's cell. */
function leave(host: Element): void {
  const inside = host.shadowRoot?.activeElement;
  if (inside instanceof HTMLElement) inside.blur();
  if (host instanceof HTMLElement) host.blur();
  host.parentElement?.closest<HTMLElement>("[tabindex]")?.focus();
}
