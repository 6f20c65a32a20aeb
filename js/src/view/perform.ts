import type { Action } from "../keys";
import type { Link } from "../link";

/** Does what a key or a button stands for. */
export function perform(link: Link, action: Action): void {
  if (action.kind === "choose") link.choose(action.choice, action.strength);
  if (action.kind === "undo") link.undo();
}
