import { actionFor } from "../keys";
import { perform, type Surface } from "./perform";

/**
 * Listens on the window, in the capture phase, because Notebook 7 takes keys there; acts only on
 * what happens inside the widget, and lets none of that reach the notebook. Chords with Ctrl or
 * Meta stay the host's: Ctrl+S saves the notebook.
 */
export function listenToKeys(surface: Surface): () => void {
  const { host } = surface.root;

  function onKeydown(event: KeyboardEvent): void {
    const path = event.composedPath();
    if (!path.includes(host) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    const target = path[0];
    if (event.isComposing || isTextField(target)) return;
    const pressesButton = (event.key === "Enter" || event.key === " ") && isPressable(target);
    const scale = surface.link.state.value.session?.scale ?? "simple";
    const action = pressesButton ? null : actionFor(event, scale);
    // A key held down means one choice; only scrolling goes on.
    if (event.repeat && (pressesButton || (action !== null && action.kind !== "scroll"))) {
      event.preventDefault();
      return;
    }
    if (action === null) return;
    event.preventDefault();
    perform(surface, action);
  }

  window.addEventListener("keydown", onKeydown, { capture: true });
  return () => window.removeEventListener("keydown", onKeydown, { capture: true });
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
