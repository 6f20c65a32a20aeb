import type {
  FromKernel,
  Judged,
  LabelEvent,
  Pair,
  StateMessage,
  ToKernel,
} from "../../src/protocol";
import { SIMPLE } from "../simple";

/** A kernel in memory, with its journal: what it is told waits until `answer` is called, as in a busy one. */
export class FakeKernel {
  readonly journal: LabelEvent[] = [];
  readonly #waiting: ToKernel[] = [];
  #listener: ((content: unknown) => void) | undefined;
  readonly #pairs: readonly string[];
  readonly #more: Partial<StateMessage>;

  constructor(pairs: readonly string[], more: Partial<StateMessage>) {
    this.#pairs = pairs;
    this.#more = more;
  }

  /** The model of one page; the one before hears nothing more, and what it sent last is lost. */
  connect() {
    this.#waiting.length = 0;
    return {
      on: (name: string, listener: (content: unknown) => void) => {
        if (name === "msg:custom") this.#listener = listener;
      },
      off: () => {},
      send: (message: ToKernel) => this.#waiting.push(message),
    };
  }

  /** Answers all that waits. */
  answer(): void {
    for (const message of this.#waiting.splice(0)) this.#take(message);
  }

  /** A label that somebody else makes: another tab, or Python. */
  labelElsewhere(pair: string, judged: Judged, id: string): void {
    this.#label({ type: "label", ...judged, id, pair, at: "", shuffle: "7" });
  }

  #standing(pair: string): LabelEvent | undefined {
    return this.journal.findLast((event) => event.pair === pair);
  }

  #pair(id: string): Pair {
    const returning = this.#standing(id)?.choice === "skip";
    return { id, prompt: "p", left: `left ${id}`, right: `right ${id}`, returning };
  }

  #deck(): Pair[] {
    const choices = this.#pairs.map((id) => [id, this.#standing(id)?.choice] as const);
    const open = choices.filter(([, choice]) => choice === undefined);
    const skipped = choices.filter(([, choice]) => choice === "skip");
    return [...open, ...skipped].map(([id]) => this.#pair(id));
  }

  #say(message: FromKernel): void {
    this.#listener?.(message);
  }

  #counts() {
    const labels = this.#pairs.map((id) => this.#standing(id)?.choice);
    const count = (choice: string) => labels.filter((each) => each === choice).length;
    const labeled = labels.filter((each) => each !== undefined && each !== "skip").length;
    return {
      ...{ total: this.#pairs.length, labeled, ties: count("tie"), both_bad: count("both_bad") },
      ...{ skipped: count("skip"), upcoming: this.#deck().length },
    };
  }

  #take(message: ToKernel): void {
    switch (message.type) {
      case "hello":
        this.#say({
          type: "state",
          ...SIMPLE,
          ...{ name: "", open: "", outbox: "0", question: "", scale: "simple", images: "ask" },
          ...{ shuffle: "7", readOnly: false, recent: [], standing: this.#counts() },
          deck: this.#deck().slice(0, 4),
          history: this.#history(),
          ...this.#more,
        });
        break;
      case "fetch":
        this.#say({ type: "pairs", pairs: this.#deck(), more: false });
        break;
      case "label":
        this.#label(message);
        break;
      case "undo":
        this.#undo(message.event, message.id);
        break;
      case "show": {
        const label = this.#standing(message.pair);
        if (label) this.#say({ type: "shown", pair: { ...this.#pair(message.pair), label } });
        break;
      }
    }
  }

  #history() {
    const made = this.journal.map(({ id, pair, choice, strength }, at) => ({
      ...{ event: id, pair, choice, strength: strength ?? null },
      changes: this.journal.slice(0, at).some((earlier) => earlier.pair === pair),
    }));
    return made.toReversed();
  }

  #label(event: LabelEvent): void {
    const { id, pair, choice, strength } = event;
    if (this.journal.every((known) => known.id !== id)) this.journal.push(event);
    const label = { event: id, pair, choice, strength: strength ?? null };
    this.#say({ type: "ack", id, standing: this.#counts(), label });
  }

  #undo(event: string, id: string): void {
    const at = this.journal.findIndex((made) => made.id === event);
    const [gone] = at < 0 ? [] : this.journal.splice(at, 1);
    const standing = this.#counts();
    const back = gone && !this.#standing(gone.pair) ? this.#pair(gone.pair) : undefined;
    this.#say({
      ...{ type: "ack", id, standing, undone: event },
      ...(back && gone ? { pair: { ...back, draft: gone } } : {}),
    });
  }
}
