import { effect } from "@preact/signals";
import { type Action, actionFor } from "../keys";
import { perform, type Surface, turnOf } from "./actions";
import { comesIntoView } from "./in-view";

/**
 * Listens on the window, in the capture phase, because Notebook 7 takes keys there; acts only on
 * what happens inside the widget, and lets none of that reach the notebook. Chords with Ctrl, Meta
 * or Alt stay the host's (Ctrl+S saves the notebook), but for those that a notebook takes for its
 * cells. Ctrl+Enter in a text saves what is being written. A key on what is out of view brings it into view,
 * and does nothing else.
 */
export function listenToKeys(surface: Surface, signal: AbortSignal): void {
  const { root } = surface;
  const { host } = root;
  /** The key that was pressed last, where it was no text: held on into a text, it types nothing. */
  let command: string | null = null;

  function onKeydown(event: KeyboardEvent): void {
    const path = event.composedPath();
    if (!path.includes(host)) return;
    const target = path[0];
    const isWriting = isTextField(target);
    if (isComposed(event)) {
      event.stopPropagation();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (!isForCells(event)) return;
      event.stopPropagation();
      if (event.key !== "Enter" || (isWriting && event.altKey)) return;
      event.preventDefault();
      if (!isWriting || event.repeat || comesIntoView(root, true)) return;
      perform(surface, { kind: "save" });
      return;
    }
    event.stopPropagation();
    const pressed = event.code || event.key;
    if (isWriting && event.repeat && pressed === command) {
      event.preventDefault();
      return;
    }
    if (!event.repeat) command = isWriting ? null : pressed;
    if (isWriting) {
      if (event.key !== "Escape") return;
      event.preventDefault();
      if (!comesIntoView(root, false)) perform(surface, { kind: "done" });
      return;
    }
    if (movesSlider(target, event.key)) return;
    const pressesButton = (event.key === "Enter" || event.key === " ") && isPressable(target);
    const action = pressesButton ? null : actionIn(surface, event);
    // A key held down means one choice; only scrolling goes on.
    if (event.repeat && (pressesButton || (action !== null && action.kind !== "scroll"))) {
      event.preventDefault();
      return;
    }
    if (action === null && !pressesButton) return;
    const chooses = action?.kind === "choose" && turnOf(surface) === "choice";
    if (comesIntoView(root, chooses)) {
      event.preventDefault();
      return;
    }
    if (action === null) return;
    event.preventDefault();
    // By key a choice answers the criterion whose turn it is; a button says itself what it answers.
    perform(surface, action.kind === "choose" ? { ...action, kind: "judge" } : action);
  }

  const stop = effect(() => {
    const view = surface.placing.view.value;
    view.addEventListener("keydown", onKeydown, { capture: true });
    return () => view.removeEventListener("keydown", onKeydown, { capture: true });
  });
  signal.addEventListener("abort", stop, { once: true });
}

/** Whether a key is an input method's own: WebKit says so by 229 alone, when a conversion has just ended. */
function isComposed({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229;
}

function actionIn(surface: Surface, event: KeyboardEvent): Action | null {
  const { shown } = surface;
  const action = actionFor(event, shown.bindings.value, shown.ticks.value);
  const open = surface.panel.value;
  if (open === "list" || open === "help") {
    // Nothing is judged behind a panel that covers the pair.
    if (event.key === "ArrowDown") return { kind: "row", step: 1 };
    if (event.key === "ArrowUp") return { kind: "row", step: -1 };
    if (open === "list" && event.key === "ArrowRight") return { kind: "filter", step: 1 };
    if (open === "list" && event.key === "ArrowLeft") return { kind: "filter", step: -1 };
    const closes = action?.kind === "leave" || (action?.kind === "open" && action.panel === open);
    return closes ? action : null;
  }
  // Without criteria the arrow keys scroll, as everywhere.
  return action?.kind === "row" && shown.session.value?.form.criteria.length === 0 ? null : action;
}

/**
 * Whether a chord is one that a notebook takes for its cells, by which it would run, join, move or
 * select them and have the keys that follow, though they are meant for the widget. In a text most of
 * them edit it.
 */
function isForCells({ key, altKey, shiftKey }: KeyboardEvent): boolean {
  if (key === "Enter") return true;
  if (altKey) return false;
  if (key === "Backspace") return true;
  const letter = key.toLowerCase();
  return shiftKey ? key.startsWith("Arrow") || letter === "m" : letter === "a";
}

const NO_TEXT = new Set(["checkbox", "radio", "range"]);
const MOVES_SLIDERS = /^(?:Arrow|Home$|End$|Page)/;

/** Whether a slider that has the focus is moved by the key. */
function movesSlider(target: EventTarget | undefined, key: string): boolean {
  const isSlider = target instanceof HTMLInputElement && target.type === "range";
  return isSlider && MOVES_SLIDERS.test(key);
}

function isTextField(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !NO_TEXT.has(target.type)) ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}

/** What Enter and Space press by themselves. */
function isPressable(target: EventTarget | undefined): boolean {
  return target instanceof HTMLElement && target.matches("button, summary, a[href], input");
}
