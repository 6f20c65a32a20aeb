import { type Action, actionFor } from "../keys";
import { perform, type Surface } from "./actions";

/**
 * Listens on the window, in the capture phase, because Notebook 7 takes keys there; acts only on
 * what happens inside the widget, and lets none of that reach the notebook. Chords with Ctrl or
 * Meta stay the host's: Ctrl+S saves the notebook. Only Ctrl+Enter in a text is ours: there it
 * saves what is being written, where the host would run the cell.
 */
export function listenToKeys(surface: Surface, signal: AbortSignal): void {
  const { host } = surface.root;

  function onKeydown(event: KeyboardEvent): void {
    const path = event.composedPath();
    if (!path.includes(host) || event.altKey) return;
    const target = path[0];
    const isWriting = isTextField(target);
    if (event.ctrlKey || event.metaKey) {
      if (!isWriting || event.key !== "Enter") return;
      event.stopPropagation();
      event.preventDefault();
      perform(surface, { kind: "save" });
      return;
    }
    event.stopPropagation();
    if (event.isComposing) return;
    if (isWriting) {
      if (event.key !== "Escape") return;
      event.preventDefault();
      perform(surface, { kind: "done" });
      return;
    }
    const pressesButton = (event.key === "Enter" || event.key === " ") && isPressable(target);
    const action = pressesButton ? null : actionIn(surface, event);
    // A key held down means one choice; only scrolling goes on.
    if (event.repeat && (pressesButton || (action !== null && action.kind !== "scroll"))) {
      event.preventDefault();
      return;
    }
    if (action === null) return;
    event.preventDefault();
    // By key a choice answers the criterion whose turn it is; a button says itself what it answers.
    perform(surface, action.kind === "choose" ? { ...action, kind: "judge" } : action);
  }

  window.addEventListener("keydown", onKeydown, { capture: true, signal });
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

function isTextField(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== "checkbox" && target.type !== "radio") ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}

/** What Enter and Space press by themselves. */
function isPressable(target: EventTarget | undefined): boolean {
  return target instanceof HTMLElement && target.matches("button, summary, a[href], input");
}
