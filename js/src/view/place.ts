// Where the widget stands: in its cell, over the whole browser window, or in a window that floats over all.
// The same elements each time, so that focus, scrolling and what is open stay as they are.

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Place } from "../keys";
import { showWhole } from "./room";

/** What browsers have of Document Picture-in-Picture, which few do. */
interface FloatingWindows {
  requestWindow(size: { width: number; height: number }): Promise<Window>;
}

export interface Placing {
  /** Null in the cell. */
  where: ReadonlySignal<Place | null>;
  /** The window that the widget is in, where its keys are heard. */
  view: ReadonlySignal<Window>;
  canFloat: boolean;
  canFillScreen: boolean;
  go(where: Place): void;
  fillScreen(): void;
  back(): void;
}

export function openPlacing(host: HTMLElement): Placing {
  const where: Signal<Place | null> = signal(null);
  const view: Signal<Window> = signal(window);
  const floating = (window as { documentPictureInPicture?: FloatingWindows })
    .documentPictureInPicture;
  let restore = () => {};

  function back(): void {
    if (where.value === null) return;
    const undo = restore;
    restore = () => {};
    undo();
    delete host.dataset.place;
    [where.value, view.value] = [null, window];
    showWhole(host);
  }

  function stand(place: Place, undo: () => void): void {
    restore = undo;
    host.dataset.place = place;
    where.value = place;
  }

  function fill(): void {
    const cell = host.parentElement;
    // The notebook keeps its place behind it.
    if (cell) cell.style.minHeight = `${cell.clientHeight}px`;
    toTop(host);
    stand("full", () => {
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
      host.removeAttribute("popover");
      if (cell) cell.style.minHeight = "";
    });
    host.focus({ preventScroll: true });
  }

  async function float(): Promise<void> {
    const cell = host.parentElement;
    if (!floating || !cell) return;
    const size = { width: Math.min(1000, screen.availWidth), height: screen.availHeight };
    const opened = await floating.requestWindow(size).catch(() => null);
    if (opened === null || !host.isConnected) return;
    if (where.value !== null) back();
    const notice = standIn(back);
    cell.append(notice);
    // Ours keep the registry of custom elements that they came with, which Preact hands on to each new one and
    // that document refuses.
    opened.document.createElementNS = (space: string | null, name: string) =>
      document.createElementNS(space as string, name) as Element as never;
    opened.document.title = document.title;
    opened.document.documentElement.lang = document.documentElement.lang;
    opened.document.body.style.margin = "0";
    opened.document.body.append(host);
    stand("floating", () => {
      notice.replaceWith(host);
      opened.close();
    });
    view.value = opened;
    const close = () => {
      if (view.value !== opened) return;
      back();
      host.focus({ preventScroll: true });
    };
    opened.addEventListener("pagehide", close, { once: true });
    host.focus({ preventScroll: true });
  }

  return {
    where,
    view,
    canFloat: floating !== undefined,
    canFillScreen: document.fullscreenEnabled === true,
    back,
    go(place) {
      if (where.value === place) back();
      else if (place === "floating") void float();
      else {
        if (where.value !== null) back();
        fill();
      }
    },
    fillScreen() {
      if (document.fullscreenElement) void document.exitFullscreen();
      // The page rather than the widget: what is in the top layer already may not go full screen.
      else
        void document.documentElement.requestFullscreen().then(
          () => toTop(host),
          () => {},
        );
    },
  };
}

/** What stands in the cell meanwhile; to the notebook it is the widget. */
function standIn(onBack: () => void): HTMLElement {
  const notice = document.createElement("div");
  notice.className = "tiebreak-widget";
  notice.textContent = "The labeling widget is in its floating window. ";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Bring it back";
  button.addEventListener("click", onBack);
  notice.append(button);
  return notice;
}

/** Puts it over everything, also out of panels that clip or are moved, where the browser has a top layer. */
function toTop(host: HTMLElement): void {
  if (!("showPopover" in host)) return;
  host.removeAttribute("popover");
  host.setAttribute("popover", "manual");
  host.showPopover();
}
