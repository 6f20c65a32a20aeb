import { endWith } from "./lasting";

// JupyterLab's panels that hold a widget and scroll by themselves: a notebook, and a view of one output.
const PANELS = ".jp-WindowedPanel-outer, .jp-LinkedOutputView";

/**
 * Keeps `--tb-room` on the host true to the height of the panel that it stands in, so that the buttons
 * are in view in a low panel too.
 */
export function followRoom(host: HTMLElement, signal: AbortSignal): void {
  let panel: Element | null = null;
  const observer = new ResizeObserver(() => {
    if (panel === null && host.isConnected) {
      panel = host.closest(PANELS);
      if (panel) observer.observe(panel);
      observer.unobserve(host);
    }
    if (panel) host.style.setProperty("--tb-room", `${panel.clientHeight}px`);
  });
  // It comes into the page after it was made.
  observer.observe(host);
  endWith(signal, observer);
}
