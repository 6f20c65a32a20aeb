import { actionFor } from "../keys";
import type { Link } from "../link";
import { perform } from "./perform";

/**
 * Listens on the window, in the capture phase, because Notebook 7 takes keys there; acts only on
 * what happens inside the widget, and lets none of that reach the notebook. Chords with Ctrl or
 * Meta stay the host's: Ctrl+S saves the notebook.
 */
export function listenToKeys(host: HTMLElement, link: Link): () => void {
  function onKeydown(event: KeyboardEvent): void {
    const path = event.composedPath();
    if (!path.includes(host) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    if (event.isComposing || isTextField(path[0])) return;
    const scale = link.state.value.session?.scale ?? "simple";
    const action = actionFor(event, scale);
    const pressesButton = event.key === "Enter" || event.key === " ";
    if (event.repeat && (action !== null || pressesButton)) {
      event.preventDefault();
      return;
    }
    if (action === null) return;
    event.preventDefault();
    if (action.kind === "leave") leave(host);
    else perform(link, action);
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

/** Hands the focus back to what holds the widget: the notebook's cell. */
function leave(host: HTMLElement): void {
  const inside = host.shadowRoot?.activeElement;
  if (inside instanceof HTMLElement) inside.blur();
  host.blur();
  host.parentElement?.closest<HTMLElement>("[tabindex]")?.focus();
}
