// Whether what a key would act on can be seen: a notebook scrolls away what has its focus.

interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** What is to be seen through all that clips an element, and how high it is at most. */
type Room = Box & { room: number };

const RESPONSES = ".pair:not(.prepared) .responses";
/** A notebook that draws only the cells in its window, and what tells the place of each. */
const WINDOWED = ".jp-WindowedPanel-outer";
const PLACE = "[data-windowed-list-index]";
const MOST_TURNS = 30;

/**
 * Scrolls to the pair and what is asked of it where they are out of view, and tells whether the key that came
 * meanwhile is thereby spent: it was meant for what nobody saw. A key that `chooses` is meant for the criteria, too.
 */
export function comesIntoView(root: ShadowRoot, chooses: boolean): boolean {
  const { host } = root;
  if (!isDrawn(host)) {
    scrollWindowed(host, MOST_TURNS);
    return true;
  }
  const responses = root.querySelector(RESPONSES) ?? host;
  const box = windowOf(host);
  const isRead = isInView(responses, box);
  if (isRead && areSeen(root, box)) return false;
  const before = responses.getBoundingClientRect().top;
  const [frame = host] = root.querySelectorAll(".frame");
  frame.scrollIntoView({ block: "nearest", behavior: "instant" });
  if (!areSeen(root, box)) frame.scrollIntoView({ block: "end", behavior: "instant" });
  if (!isInView(responses, windowOf(host))) {
    responses.scrollIntoView({ block: "center", behavior: "instant" });
  }
  if (isRead && !chooses) return false;
  // In a window too small for it a key acts all the same on what is to be seen.
  return responses.getBoundingClientRect().top !== before || seen(responses, windowOf(host)) <= 0;
}

/** A quarter of the responses, or of what of them there is room for. */
function isInView(responses: Element, box: Room): boolean {
  return seen(responses, box) >= leastOf(responses, box);
}

function leastOf(responses: Element, { room }: Room): number {
  return Math.min(responses.clientHeight, room) / 4;
}

/** Whether all criteria are to be seen, where they fit beside as much of the responses. */
function areSeen(root: ShadowRoot, box: Room): boolean {
  const criteria = root.querySelector(".criteria");
  const responses = root.querySelector(RESPONSES) ?? root.host;
  if (criteria === null || leastOf(responses, box) + criteria.clientHeight > box.room) return true;
  return seen(criteria, box) >= criteria.clientHeight - 1;
}

function isDrawn(host: Element): boolean {
  return host.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
}

function windowOf(element: Element): Room {
  const view = element.ownerDocument.defaultView ?? window;
  const box = { top: 0, left: 0, bottom: view.innerHeight, right: view.innerWidth };
  let room = box.bottom;
  for (let outer = parentOf(element); outer; outer = parentOf(outer)) {
    const { overflowX, overflowY, position } = view.getComputedStyle(outer);
    if (overflowY === "visible" && overflowX === "visible") {
      if (position === "fixed") break;
      continue;
    }
    // A body of no height clips nothing: what stands in it does so by its own place.
    if (outer === outer.ownerDocument.body) continue;
    const { top, bottom, left, right } = outer.getBoundingClientRect();
    box.top = Math.max(box.top, top);
    box.bottom = Math.min(box.bottom, bottom);
    box.left = Math.max(box.left, left);
    box.right = Math.min(box.right, right);
    room = Math.min(room, bottom - top);
    if (position === "fixed") break;
  }
  return { ...box, room };
}

function parentOf(element: Element): Element | null {
  const root = element.getRootNode();
  return element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

function seen(element: Element, box: Box): number {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  if (right < box.left || left > box.right) return 0;
  return Math.min(bottom, box.bottom) - Math.max(top, box.top);
}

/** Brings back a cell that a notebook no longer draws: by as many cells as it is away, until it is drawn. */
function scrollWindowed(host: Element, turns: number): void {
  const panel = host.closest(WINDOWED);
  const cell = host.closest(PLACE);
  if (!panel || !cell || turns === 0) return;
  if (isDrawn(host)) {
    host.scrollIntoView({ block: "nearest", behavior: "instant" });
    return;
  }
  const cells = [...panel.querySelectorAll(PLACE)];
  const drawn = cells.filter(isDrawn);
  const height = drawn.reduce((sum, each) => sum + each.clientHeight, 0) / (drawn.length || 1);
  const away = cells.indexOf(cell) - cells.indexOf(drawn[0] ?? cell);
  panel.scrollTop += away * Math.max(height, 50);
  requestAnimationFrame(() => scrollWindowed(host, turns - 1));
}
