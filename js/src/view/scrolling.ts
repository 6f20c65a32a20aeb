// How the panes of a pair scroll: by pages both at once, together by relative position, and with a
// cue for as long as text continues below.

import { endWith } from "./lasting";

const PAGE = 0.85;
/** Pixels of text below that are no text: rounding, a last line's leading. */
const SLACK = 12;

const BODIES = ".pair:not(.prepared) .response .pane-body";

/**
 * Scrolls both responses by a share of their height, as a reader turns pages. The longer goes first: where
 * the other follows it, no page of either is passed over.
 */
export function scrollByPages(root: ShadowRoot, pages: number): void {
  const bodies = [...root.querySelectorAll<HTMLElement>(BODIES)];
  for (const body of bodies.sort((one, other) => other.scrollHeight - one.scrollHeight)) {
    body.scrollBy({ top: pages * PAGE * body.clientHeight, behavior: "instant" });
  }
}

const PROMPT = ".pair:not(.prepared) .prompt .pane-body";

/** Goes on to the next page of the prompt, and from its end to its beginning. */
export function turnPrompt(root: ShadowRoot): void {
  const body = root.querySelector<HTMLElement>(PROMPT);
  if (!body) return;
  const below = body.scrollHeight - body.clientHeight - body.scrollTop;
  const top = below > 1 ? body.scrollTop + PAGE * body.clientHeight : 0;
  body.scrollTo({ top, behavior: "instant" });
}

const AXES = [
  ["scrollTop", "scrollHeight", "clientHeight"],
  ["scrollLeft", "scrollWidth", "clientWidth"],
] as const;

/** Keeps the other bodies at the same relative place while one is scrolled. */
export function scrollTogether(bodies: readonly HTMLElement[], signal: AbortSignal): void {
  // A scroll that we made ourselves comes back as an event, and must not be answered.
  const expected = new Map<HTMLElement, readonly number[]>();
  const follow = ({ target }: Event) => {
    if (!(target instanceof HTMLElement)) return;
    // It alone was scrolled, to a sentence that the other shows: see content/diff/meeting.ts.
    if (target.dataset.alone !== undefined) {
      delete target.dataset.alone;
      return;
    }
    const ours = expected.get(target);
    expected.delete(target);
    if (ours && AXES.every(([at], axis) => Math.abs((ours[axis] ?? 0) - target[at]) < 2)) return;
    for (const other of bodies) {
      if (other === target) continue;
      for (const [at, whole, seen] of AXES) {
        const room = target[whole] - target[seen];
        const place = (target[at] / room) * (other[whole] - other[seen]);
        if (room <= 0 || Math.abs(other[at] - place) < 1) continue;
        other[at] = place;
        expected.set(
          other,
          AXES.map(([now]) => other[now]),
        );
      }
    }
  };
  for (const body of bodies) {
    body.addEventListener("scroll", follow, { passive: true, signal });
  }
}

/** Marks a pane that scrolls, and for as long as its body's text continues below what is in view. */
export function cueForMore(pane: HTMLElement, body: HTMLElement, signal: AbortSignal): void {
  const look = () => {
    const below = body.scrollHeight - body.clientHeight - body.scrollTop;
    pane.toggleAttribute("data-more", below > SLACK);
    pane.toggleAttribute("data-scrolls", body.scrollHeight - body.clientHeight > SLACK);
  };
  const observer = new ResizeObserver(look);
  observer.observe(body);
  if (body.firstElementChild) observer.observe(body.firstElementChild);
  body.addEventListener("scroll", look, { passive: true, signal });
  endWith(signal, observer);
}
