// A sentence that both sides have meets its counterpart: by pointing at it, or by coming to it with Tab.

const sentences = "mark[data-alike]";

/** Has sentences that are pointed at stand out on both sides. Returns how to end it. */
export function meetCounterparts(contents: readonly HTMLElement[]): () => void {
  const end = new AbortController();
  const all = (number: string): HTMLElement[] =>
    contents.flatMap((content) => [
      ...content.querySelectorAll<HTMLElement>(`mark[data-alike="${number}"]`),
    ]);
  let met: HTMLElement[] = [];
  const part = (): void => {
    for (const mark of met) mark.classList.remove("met");
    met = [];
  };
  const sentenceOf = ({ target }: Event): HTMLElement | null =>
    target instanceof Element ? target.closest<HTMLElement>(sentences) : null;
  const meet = (event: Event): void => {
    part();
    const number = sentenceOf(event)?.dataset.alike;
    if (number === undefined) return;
    met = all(number);
    for (const mark of met) mark.classList.add("met");
  };
  const show = (event: Event): void => {
    meet(event);
    const here = sentenceOf(event);
    const other = contents.find((content) => !content.contains(here));
    const there = met.find((mark) => other?.contains(mark));
    // Coming to the focus scrolls, too, and panes that scroll together answer that before the next frame.
    if (there) requestAnimationFrame(() => comeIntoView(there, other?.parentElement ?? null));
  };
  for (const content of contents) {
    content.addEventListener("pointerover", meet, { signal: end.signal });
    content.addEventListener("pointerleave", part, { signal: end.signal });
    content.addEventListener("focusin", show, { signal: end.signal });
    content.addEventListener("focusout", part, { signal: end.signal });
    content.addEventListener("click", show, { signal: end.signal });
  }
  return () => {
    end.abort();
    part();
  };
}

/** Scrolls a pane alone, and no more than it takes. */
function comeIntoView(mark: HTMLElement, pane: HTMLElement | null): void {
  if (pane === null) return;
  const [place, frame] = [mark.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (place.top >= frame.top && place.bottom <= frame.bottom) return;
  // Read where panes scroll together: the sentence that it comes to meet stays where it is.
  const before = pane.scrollTop;
  pane.dataset.alone = "";
  pane.scrollTop += place.top - frame.top - (frame.height - place.height) / 2;
  if (pane.scrollTop === before) delete pane.dataset.alone;
}
