import { endWith } from "./lasting";

// What holds a widget and scrolls by itself: JupyterLab's notebook and its view of one output, marimo's page.
const PANELS = ".jp-WindowedPanel-outer, .jp-LinkedOutputView, #App";

/**
 * Keeps `--tb-room` on the host true to the height of the panel that it stands in, so that the buttons
 * are in view in a low panel too, also when the panel changes while one works.
 */
export function followRoom(host: HTMLElement, signal: AbortSignal): void {
  let panel: Element | null = null;
  const observer = new ResizeObserver(() => {
    if (panel === null && host.isConnected) {
      panel = panelOf(host);
      if (panel) observer.observe(panel);
      observer.unobserve(host);
    }
    if (!panel) return;
    host.style.setProperty("--tb-room", `${panel.clientHeight}px`);
    if (host.matches(":focus-within")) showWhole(host);
  });
  // It comes into the page after it was made.
  observer.observe(host);
  endWith(signal, observer);
}

/** Scrolls what is around the widget as little as shows all of it. */
export function showWhole(host: Element): void {
  host.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
}

function panelOf(host: Element): Element | null {
  const panel = host.closest(PANELS);
  const root = host.getRootNode();
  return panel ?? (root instanceof ShadowRoot ? panelOf(root.host) : null);
}

/**
 * Scrolls the whole widget into view when it gets the focus: at once by key, and after a click, so that
 * nothing moves under the pointer.
 */
export function comeIntoView(host: HTMLElement, signal: AbortSignal): void {
  let isPressed = false;
  let isDue = false;
  const come = () => {
    isDue = false;
    showWhole(host);
  };
  const release = () => {
    isPressed = false;
    // After the click that follows.
    if (isDue) setTimeout(come);
  };
  const onWindow = { capture: true, signal };
  window.addEventListener(
    "pointerdown",
    () => {
      isPressed = true;
    },
    onWindow,
  );
  window.addEventListener("pointerup", release, onWindow);
  window.addEventListener("pointercancel", release, onWindow);
  host.addEventListener(
    "focusin",
    () => {
      if (isPressed) isDue = true;
      else come();
    },
    { signal },
  );
}
