import { anchors } from "./anchors";

/** Items that only one side has or only the other, and the ones after them that both have. */
export interface Hunk {
  left: number;
  right: number;
  both: number;
}

/** The steps that a comparison may still take: two items looked at, each time. */
export interface Budget {
  steps: number;
}

function commonStart(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let at = 0;
  while (at < most && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  return at;
}

function commonEnd(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let at = 0;
  while (at < most && left.at(-1 - at) === right.at(-1 - at)) at += 1;
  return at;
}

function reversed(text: string): string {
  return text.split("").reverse().join("");
}

/** How far so many edits lead at most on each diagonal, from the start of two texts. */
class Frontier {
  readonly #left: string;
  readonly #right: string;
  readonly #reached: Int32Array;
  readonly #zero: number;
  // Diagonals beyond these have run off an edge.
  #offBelow = 0;
  #offAbove = 0;

  constructor(left: string, right: string) {
    this.#left = left;
    this.#right = right;
    this.#zero = Math.ceil((left.length + right.length) / 2) + 1;
    this.#reached = new Int32Array(2 * this.#zero + 1).fill(-1);
    this.#reached[this.#zero + 1] = 0;
  }

  /** How far along the left text a diagonal leads, or -1. */
  at(diagonal: number): number {
    return this.#reached[this.#zero + diagonal] ?? -1;
  }

  /** Goes on by one edit; gives the place where it meets a frontier that comes from the end. */
  advance(edits: number, budget: Budget, other?: Frontier): [number, number] | undefined {
    const [left, right, reachedBy, zero] = [this.#left, this.#right, this.#reached, this.#zero];
    const [lefts, rights] = [left.length, right.length];
    for (let diagonal = this.#offBelow - edits; diagonal <= edits - this.#offAbove; diagonal += 2) {
      const above = reachedBy[zero + diagonal + 1] ?? -1;
      const below = reachedBy[zero + diagonal - 1] ?? -1;
      const isDown = diagonal === -edits || (diagonal !== edits && below < above);
      const start = isDown ? above : below + 1;
      let at = start;
      while (
        at < lefts &&
        at - diagonal < rights &&
        left.charCodeAt(at) === right.charCodeAt(at - diagonal)
      ) {
        at += 1;
      }
      budget.steps -= 1 + at - start;
      reachedBy[zero + diagonal] = at;
      if (at > lefts) this.#offAbove += 2;
      else if (at - diagonal > rights) this.#offBelow += 2;
      else if (other) {
        const reached = other.at(lefts - rights - diagonal);
        if (reached >= 0 && at + reached >= lefts) return [at, at - diagonal];
      }
    }
    return undefined;
  }
}

/**
 * A place in the middle of the shortest way from one text to the other (Myers 1986, section 4b): ways from
 * both ends, longer by an edit at each turn, until they meet. Nothing where the budget ends before.
 */
function middle(left: string, right: string, budget: Budget): [number, number] | undefined {
  const ahead = new Frontier(left, right);
  const back = new Frontier(reversed(left), reversed(right));
  const isOdd = (left.length - right.length) % 2 !== 0;
  for (let edits = 0; budget.steps > 0; edits += 1) {
    const met = ahead.advance(edits, budget, isOdd ? back : undefined);
    if (met) return met;
    const metBack = back.advance(edits, budget, isOdd ? undefined : ahead);
    if (metBack) return [left.length - metBack[0], right.length - metBack[1]];
  }
  return undefined;
}

function add(hunks: Hunk[], left: number, right: number, both: number): void {
  const last = hunks.at(-1);
  if (last && (last.both === 0 || left + right === 0)) {
    last.left += left;
    last.right += right;
    last.both += both;
  } else hunks.push({ left, right, both });
}

function compare(left: string, right: string, budget: Budget, hunks: Hunk[]): void {
  const start = commonStart(left, right);
  const end = commonEnd(left.slice(start), right.slice(start));
  budget.steps -= start + end;
  const [leftRest, rightRest] = [left, right].map((text) => text.slice(start, text.length - end));
  if (start > 0) add(hunks, 0, 0, start);
  if (leftRest && rightRest) {
    const met = middle(leftRest, rightRest, budget);
    if (met) {
      compare(leftRest.slice(0, met[0]), rightRest.slice(0, met[1]), budget, hunks);
      compare(leftRest.slice(met[0]), rightRest.slice(met[1]), budget, hunks);
    } else add(hunks, leftRest.length, rightRest.length, 0);
  } else if (leftRest || rightRest) add(hunks, leftRest?.length ?? 0, rightRest?.length ?? 0, 0);
  if (end > 0) add(hunks, 0, 0, end);
}

/**
 * How to get from one text to the other by few edits. Where the budget ends, what is left counts as
 * different but for the ends that both share.
 */
export function editsBetween(left: string, right: string, budget: Budget): Hunk[] {
  const hunks: Hunk[] = [];
  let leftEnd = 0;
  let rightEnd = 0;
  for (const [leftAt, rightAt] of anchors(left, right)) {
    compare(left.slice(leftEnd, leftAt), right.slice(rightEnd, rightAt), budget, hunks);
    add(hunks, 0, 0, 1);
    leftEnd = leftAt + 1;
    rightEnd = rightAt + 1;
  }
  compare(left.slice(leftEnd), right.slice(rightEnd), budget, hunks);
  return hunks;
}
