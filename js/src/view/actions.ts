import { type Signal, signal } from "@preact/signals";
import type { Link } from "../kernel/link";
import {
  type Action,
  type Binding,
  bindingsOf,
  type Panel,
  showKey,
  type TickRow,
  ticksOf,
} from "../keys";
import { FILTERS } from "../protocol";
import { currentPair, NO_FORM, phase, type Session } from "../state";
import { scrollByPages } from "./scrolling";
import type { Reading } from "./toggles";

/** What an action acts on. */
export interface Surface {
  link: Link;
  reading: Reading;
  root: ShadowRoot;
  /** What is open beside or over the pair. */
  panel: Signal<Panel | null>;
  /** Whether the note is being written. */
  noting: Signal<boolean>;
}

export function openSurface(link: Link, reading: Reading, root: ShadowRoot): Surface {
  return { link, reading, root, panel: signal(null), noting: signal(false) };
}

/** What each key does in this session. */
export function bindingsIn(session: Session | null): readonly Binding[] {
  return bindingsOf(session?.scale ?? "simple", session?.keys);
}

/** The first key of an action, as the screen shows it. */
export function keyIn(session: Session | null, id: string): string {
  return showKey(bindingsIn(session).find((binding) => binding.id === id)?.keys[0] ?? "");
}

/** Whether there is anything to read in the panel of guidelines. */
export function hasGuidelines(session: Session | null): boolean {
  const { criteria, principles } = session?.form ?? NO_FORM;
  return Boolean(session?.guidelines) || [...criteria, ...principles].some(({ about }) => about);
}

/** What can be ticked in this session. */
export function ticksIn(session: Session | null): readonly TickRow[] {
  return session ? ticksOf(session.form, bindingsIn(session)) : [];
}

/** Does what a key or a button stands for. */
export function perform(surface: Surface, action: Action): void {
  const { link, reading, root, panel, noting } = surface;
  switch (action.kind) {
    case "choose":
      link.choose(action.choice, action.strength);
      break;
    case "undo":
      link.undo();
      break;
    case "row":
      if (panel.value === "list" || panel.value === "help") moveFocus(root, action.step);
      else link.moveRow(action.step);
      break;
    case "tick":
      link.tick(action.tick);
      break;
    case "toggle":
      reading[action.what].value = !reading[action.what].value;
      break;
    case "open":
      if (panel.value === action.panel) closePanel(surface);
      else panel.value = action.panel;
      break;
    case "filter":
      filterBy(link, action.step);
      break;
    case "note":
      if (phase(link.state.value) === "labeling") noting.value = true;
      break;
    case "edit":
      link.startEdit();
      break;
    case "scroll":
      scrollByPages(root, action.pages);
      break;
    case "done":
      stopWriting(surface);
      break;
    case "save":
      if (noting.value) {
        stopWriting(surface);
        link.settle();
      } else {
        link.saveEdit();
        focusHost(root);
      }
      break;
    case "leave":
      if (panel.value !== null) closePanel(surface);
      else if (link.state.value.editing !== null) link.stopEdit();
      else if (currentPair(link.state.value)?.label) link.keep();
      else leave(root.host);
      break;
  }
}

function stopWriting({ link, noting, root }: Surface): void {
  noting.value = false;
  link.stopEdit();
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
function filterBy(link: Link, step: number): void {
  const filter = FILTERS[FILTERS.indexOf(link.state.value.listing?.filter ?? "all") + step];
  if (filter !== undefined) link.list(filter, null);
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
