// How the panes of a pair scroll: by pages both at once, together by relative position, and with a
// cue for as long as text continues below.

const PAGE = 0.85;
/** Pixels of text below that are no text: rounding, a last line's leading. */
const SLACK = 12;

const BODIES = ".pair:not(.prepared) .response .pane-body";

/** Scrolls both responses by a share of their height, as a reader turns pages. */
export function scrollByPages(root: ShadowRoot, pages: number): void {
  for (const body of root.querySelectorAll<HTMLElement>(BODIES)) {
    body.scrollBy({ top: pages * PAGE * body.clientHeight, behavior: "instant" });
  }
}

/** Keeps the other bodies at the same relative place while one is scrolled. */
export function scrollTogether(bodies: readonly HTMLElement[]): () => void {
  // A scroll that we made ourselves comes back as an event, and must not be answered.
  const expected = new Map<HTMLElement, number>();
  const follow = ({ target }: Event) => {
    if (!(target instanceof HTMLElement)) return;
    const ours = expected.get(target);
    expected.delete(target);
    if (ours !== undefined && Math.abs(ours - target.scrollTop) < 2) return;
    const room = target.scrollHeight - target.clientHeight;
    if (room <= 0) return;
    for (const other of bodies) {
      if (other === target) continue;
      const place = (target.scrollTop / room) * (other.scrollHeight - other.clientHeight);
      if (Math.abs(other.scrollTop - place) < 1) continue;
      other.scrollTop = place;
      expected.set(other, other.scrollTop);
    }
  };
  for (const body of bodies) body.addEventListener("scroll", follow, { passive: true });
  return () => {
    for (const body of bodies) body.removeEventListener("scroll", follow);
  };
}

/** Marks a pane for as long as its body's text continues below what is in view. */
export function cueForMore(pane: HTMLElement, body: HTMLElement): () => void {
  const look = () => {
    const below = body.scrollHeight - body.clientHeight - body.scrollTop;
    pane.toggleAttribute("data-more", below > SLACK);
  };
  const observer = new ResizeObserver(look);
  observer.observe(body);
  if (body.firstElementChild) observer.observe(body.firstElementChild);
  body.addEventListener("scroll", look, { passive: true });
  return () => {
    observer.disconnect();
    body.removeEventListener("scroll", look);
  };
}
