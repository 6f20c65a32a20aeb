// The one road from a key or a button to what it does.

import { type Signal, signal } from "@preact/signals";
import type { Link } from "../kernel/link";
import type { Verbs } from "../kernel/verbs";
import { type Action, type Panel, showKey } from "../keys";
import { FILTERS } from "../protocol";
import { NO_FORM, type Session, type Shown } from "../state";
import { type Listening, listen, openListening } from "./listening";
import { openPlacing, type Placing } from "./place";
import { openReadingSize, type ReadingSize, resize } from "./reading-size";
import { scrollByPages, turnPrompt } from "./scrolling";
import type { Toggles } from "./toggles";

/** What an action acts on. */
export interface Surface {
  link: Link;
  verbs: Verbs;
  /** What follows from the link's state. */
  shown: Shown;
  toggles: Toggles;
  root: ShadowRoot;
  listening: Listening;
  /** What is open beside or over the pair. */
  panel: Signal<Panel | null>;
  /** Whether the note is being written. */
  noting: Signal<boolean>;
  /** The pair for which what can be ticked is open: with the next one it is folded again. */
  ticking: Signal<string | null>;
  size: ReadingSize;
  placing: Placing;
}

export function openSurface(link: Link, verbs: Verbs, toggles: Toggles, root: ShadowRoot): Surface {
  const { shown } = link;
  const host = root.host as HTMLElement;
  return {
    link,
    verbs,
    shown,
    toggles,
    root,
    listening: openListening(),
    panel: signal(null),
    noting: signal(false),
    ticking: signal(null),
    size: openReadingSize(host),
    placing: openPlacing(host),
  };
}

/** The first key of an action, as the screen shows it. */
export function keyIn({ shown }: Surface, id: string): string {
  return showKey(shown.bindings.value.find((binding) => binding.id === id)?.keys[0] ?? "");
}

/** Whether there is anything to read in the panel of guidelines. */
export function hasGuidelines(session: Session | null): boolean {
  const { criteria, principles } = session?.form ?? NO_FORM;
  return Boolean(session?.guidelines) || [...criteria, ...principles].some(({ about }) => about);
}

/** What the digits do just now: answer a criterion, choose, or nothing, as while a text is written. */
export function turnOf({ link, shown, noting, panel }: Surface): "criterion" | "choice" | "none" {
  const { editing } = link.state.value;
  const isWriting = noting.value || editing === "left" || editing === "right";
  const isCovered = panel.value === "list" || panel.value === "help";
  if (isWriting || isCovered || shown.phase.value !== "labeling") return "none";
  return shown.turn.value === null ? "choice" : "criterion";
}

/** Does what a key or a button stands for. */
export function perform(surface: Surface, action: Action): void {
  const { link, verbs, shown, toggles, root, panel, noting, ticking, placing } = surface;
  const pair = shown.pair.value;
  switch (action.kind) {
    case "choose":
      verbs.choose(action.choice, action.strength);
      break;
    case "judge":
      verbs.judge(action.choice, action.strength);
      break;
    case "undo":
      verbs.undo();
      break;
    case "row":
      if (panel.value === "list" || panel.value === "help") moveFocus(root, action.step);
      else verbs.moveRow(action.step);
      break;
    case "tick":
      verbs.tick(action.tick);
      ticking.value = pair?.id ?? null;
      break;
    case "ticks":
      ticking.value = isTicking(surface) ? null : (pair?.id ?? null);
      break;
    case "toggle":
      toggles[action.what].value = !toggles[action.what].value;
      break;
    case "open":
      if (panel.value === action.panel) closePanel(surface);
      else panel.value = action.panel;
      break;
    case "filter":
      filterBy(surface, action.step);
      break;
    case "note":
      if (shown.phase.value !== "labeling") break;
      noting.value = true;
      // A pair that something is said of, if not much yet, does not go away by itself.
      verbs.write(shown.draft.value.note ?? "");
      break;
    case "edit":
      verbs.startEdit();
      break;
    case "scroll":
      scrollByPages(root, action.pages);
      break;
    case "prompt":
      turnPrompt(root);
      break;
    case "resize":
      resize(surface.size, root.host as HTMLElement, action.step);
      break;
    case "place":
      placing.go(action.where);
      break;
    case "listen":
      listen(surface.listening, action.what);
      break;
    case "done":
      stopWriting(surface);
      break;
    case "save":
      if (noting.value) {
        stopWriting(surface);
        verbs.sendHeld();
      } else {
        verbs.saveEdit();
        focusHost(root);
      }
      break;
    case "leave":
      if (panel.value !== null) closePanel(surface);
      else if (link.state.value.editing !== null) verbs.stopEdit();
      else if (isTicking(surface)) ticking.value = null;
      else if (pair?.label) verbs.keep();
      else if (placing.where.value !== null) {
        placing.back();
        (root.host as HTMLElement).focus();
      } else leave(root.host);
      break;
  }
}

/** Whether what can be ticked is open, of the pair on screen. */
export function isTicking({ ticking, shown }: Surface): boolean {
  return ticking.value !== null && ticking.value === shown.pair.value?.id;
}

function stopWriting({ verbs, noting, root }: Surface): void {
  noting.value = false;
  verbs.stopEdit();
  focusHost(root);
}

function closePanel({ panel, root }: Surface): void {
  panel.value = null;
  focusHost(root);
}

/** Moves the focus among the rows of an open panel. */
function moveFocus(root: ShadowRoot, step: 1 | -1): void {
  const rows = [...root.querySelectorAll<HTMLElement>(".panel .panel-row")];
  const at = rows.indexOf(root.activeElement as HTMLElement);
  rows[Math.max(0, Math.min(at + step, rows.length - 1))]?.focus();
}

/** Goes on to the next filter of the list, or back to the one before. */
function filterBy({ link, verbs }: Surface, step: number): void {
  const filter = FILTERS[FILTERS.indexOf(link.state.value.listing?.filter ?? "all") + step];
  if (filter !== undefined) verbs.list(filter, null);
}

/** Whether the focus is on the widget or inside it, so that keys are meant for it. */
export function hasFocus({ host }: ShadowRoot): boolean {
  return (host.getRootNode() as Document | ShadowRoot).activeElement === host;
}

/** Keeps the keys with the widget when what had the focus goes away. */
function focusHost(root: ShadowRoot): void {
  if (hasFocus(root)) (root.host as HTMLElement).focus({ preventScroll: true });
}

/** Hands the focus back to what holds the widget: the notebook's cell. */
function leave(host: Element): void {
  const inside = host.shadowRoot?.activeElement;
  if (inside instanceof HTMLElement) inside.blur();
  if (host instanceof HTMLElement) host.blur();
  host.parentElement?.closest<HTMLElement>("[tabindex]")?.focus();
}
