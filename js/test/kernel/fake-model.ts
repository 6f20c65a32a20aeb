import type { FromKernel, StateMessage, ToKernel } from "../../src/protocol";
import { SIMPLE } from "../simple";

/** The kernel's side of the line, as a test plays it. */
export class FakeModel {
  sent: ToKernel[] = [];
  isGone = false;
  private listeners = new Map<string, (content: unknown) => void>();
  on(name: string, listener: (content: unknown) => void) {
    this.listeners.set(name, listener);
  }
  off(name: string) {
    this.listeners.delete(name);
  }
  send(message: ToKernel) {
    if (this.isGone) throw new Error("Cannot send");
    this.sent.push(message);
  }
  say(message: FromKernel) {
    this.listeners.get("msg:custom")?.(message);
  }
  lose() {
    this.listeners.get("comm_live_update")?.(null);
  }
  of(type: ToKernel["type"]) {
    return this.sent.filter((message) => message.type === type);
  }
}

export const standing = { total: 9, labeled: 0, ties: 0, both_bad: 0, skipped: 0, upcoming: 9 };
export const pair = (id: string) => ({ id, prompt: "p", left: "l", right: "r", returning: false });

/** Tells a session, with a deck of pairs. */
export function begin(
  model: Pick<FakeModel, "say">,
  deck = ["a", "b", "c"],
  more: Partial<StateMessage> = {},
) {
  model.say({
    type: "state",
    ...SIMPLE,
    name: "pilot",
    open: "",
    outbox: "0123",
    question: "",
    scale: "simple",
    images: "ask",
    shuffle: "7-random",
    readOnly: false,
    standing,
    deck: deck.map(pair),
    history: [],
    recent: [],
    ...more,
  });
}
