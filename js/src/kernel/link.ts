// The store's line to the kernel: sends events, keeps them until they are acknowledged, notices
// silence, sends again what got lost.

import type { AnyModel } from "@anywidget/types";
import { type Signal, signal } from "@preact/signals";
import type { Tick } from "../keys";
import type {
  Choice,
  Filter,
  FromKernel,
  OutboxEvent,
  Strength,
  ToKernel,
  Verdict,
} from "../protocol";
import * as store from "../state";
import { leastSeconds } from "../state";
import { openClock } from "./clock";
import { type DraftStorage, openDrafts } from "./draft-storage";
import { type Images, openImages } from "./media";
import { browserStorage, type Outbox, openOutbox } from "./outbox";
import { openPace, type Pace } from "./pace";
import { type Modules, openModules } from "./parts";

/** Milliseconds without an acknowledgement after which the kernel is asked whether it is there. */
const PATIENCE = 3_000;
const RETRY_REFUSED = 5_000;
const TICK = 1_000;
const LOW_DECK = 250;
const LOW_HISTORY = 10;

export type Connection =
  /** The kernel answers, or nothing was asked. */
  | "up"
  /** Something has waited for its acknowledgement longer than an idle kernel takes. */
  | "silent"
  /** Sending failed: the kernel was restarted or shut down. */
  | "gone";

export interface Link {
  state: Signal<store.State>;
  connection: Signal<Connection>;
  modules: Modules;
  images: Images;
  /** Whether unsaved choices outlive the page. */
  durable: () => boolean;
  /** How the work goes in this sitting. */
  pace: () => Pace;
  choose(choice: Choice, strength?: Strength): void;
  /** What a key chooses: the verdict on the criterion that is its turn, then the choice itself. */
  judge(choice: Choice, strength?: Strength): void;
  answer(criterion: string, verdict: Verdict): void;
  moveRow(step: 1 | -1): void;
  tick(what: Tick): void;
  write(note: string): void;
  /** Sends a choice that was held, if nothing is missing any more, or an earlier one as changed. */
  settle(): void;
  startEdit(): void;
  edit(text: string): void;
  stopEdit(): void;
  /** Sends the choice of the side whose answer was edited. */
  saveEdit(): void;
  discardEdit(): void;
  list(filter: Filter, before: string | null): void;
  show(pair: string): void;
  /** Leaves an earlier label as it was, or with what was changed beside its choice. */
  keep(): void;
  undo(): void;
  revisit(): void;
  retry(): void;
  dismissNotice(): void;
  close(): void;
}

export function openLink(model: AnyModel): Link {
  const state = signal(store.INITIAL);
  const connection = signal<Connection>("up");
  const modules = openModules((name) => send({ type: "module", name }));
  const images = openImages((name) => send({ type: "image", name }));
  const clock = openClock();
  const pace = openPace();
  let drafts: DraftStorage = openDrafts("", null);
  let outbox: Outbox = openOutbox("", null);
  const sentAt = new Map<string, number>();
  let ping: { n: number; sentAt: number } | null = null;
  let pings = 0;
  /** When more pairs were asked for, or null. */
  let fetching: number | null = null;
  let lowDeck = LOW_DECK;
  let goingBack = false;

  model.on("msg:custom", receive);
  // Jupyter's own word that the kernel went away; other hosts never say it.
  model.on("comm_live_update", lose);
  const timer = setInterval(tick, TICK);
  send({ type: "hello" });

  function become(next: store.State): void {
    const before = store.currentPair(state.value)?.id;
    state.value = next;
    drafts.sync(next.drafts);
    const now = store.currentPair(next)?.id;
    if (now !== before) clock.show(now);
  }

  function send(message: ToKernel): boolean {
    try {
      model.send(message);
      return true;
    } catch {
      connection.value = "gone";
      return false;
    }
  }

  function sendEvent(event: OutboxEvent): void {
    if (send(event)) sentAt.set(event.id, performance.now());
  }

  function make(event: OutboxEvent | null): void {
    if (event === null) return;
    outbox.put(event);
    sendEvent(event);
    refill();
  }

  function receive(content: unknown, buffers: readonly DataView[] = []): void {
    const message = content as FromKernel;
    connection.value = "up";
    become(store.receive(state.value, message));
    switch (message.type) {
      case "state":
        openOutboxOf(message.outbox);
        break;
      case "ack":
        settle(message.id);
        break;
      case "refused":
        if (message.id === null) break;
        if (message.keep) {
          sentAt.set(message.id, performance.now());
        } else {
          settle(message.id);
          send({ type: "hello" });
        }
        break;
      case "pong":
        resendBefore(message.n);
        break;
      case "pairs":
        if (message.more) break;
        fetching = null;
        // The kernel bounds the deck by weight: where pairs are long, few are many.
        lowDeck = Math.min(LOW_DECK, Math.ceil(state.value.deck.length / 2));
        break;
      case "history":
        goingBack = false;
        break;
      case "image":
        images.receive(message.name, buffers[0], message.reason);
        break;
      case "module":
        modules.receive(message.name, message.source);
        break;
    }
    refill();
  }

  function lose(): void {
    connection.value = "gone";
  }

  function settle(id: string): void {
    outbox.remove(id);
    sentAt.delete(id);
  }

  /** On the first word from the kernel: takes up what an earlier page or kernel left unsaved. */
  function openOutboxOf(name: string): void {
    fetching = null;
    lowDeck = LOW_DECK;
    outbox = openOutbox(name, browserStorage());
    const held = outbox.list();
    const kept = new Set(held.map((event) => event.id));
    for (const { event } of state.value.pending) if (!kept.has(event.id)) outbox.put(event);
    drafts = openDrafts(name, browserStorage());
    become(store.restoreDrafts(store.restore(state.value, held), drafts.list()));
    for (const { event } of state.value.pending) sendEvent(event);
  }

  /**
   * The kernel handles messages in order, so what was sent before a ping and is not acknowledged
   * when its pong comes was lost on the way (a handler interrupted, say).
   */
  function resendBefore(n: number): void {
    if (ping?.n !== n) return;
    const { sentAt: asked } = ping;
    ping = null;
    if (fetching !== null && fetching < asked) fetching = null;
    images.askAgain(asked);
    modules.askAgain(asked);
    for (const { event, refusal } of state.value.pending) {
      const sent = sentAt.get(event.id);
      if (refusal === undefined && (sent === undefined || sent < asked)) sendEvent(event);
    }
  }

  function tick(): void {
    const now = performance.now();
    const { pending } = state.value;
    const waiting = pending.filter(({ refusal }) => refusal === undefined);
    const oldest = waiting[0] && sentAt.get(waiting[0].event.id);
    if (waiting.length > 0 && (oldest === undefined || now - oldest > PATIENCE)) {
      if (connection.value === "up") connection.value = "silent";
      if (ping === null) askWhetherThere(now);
    }
    if (ping === null) {
      const awaited = [fetching, images.waitingSince(), modules.waitingSince()];
      const isLate = awaited.some((since) => since !== null && now - since > PATIENCE);
      if (isLate || state.value.session === null) askWhetherThere(now);
    } else if (now - ping.sentAt > PATIENCE && connection.value === "up") {
      connection.value = "silent";
    }
    for (const { event, refusal } of pending) {
      const sent = sentAt.get(event.id) ?? 0;
      if (refusal !== undefined && now - sent > RETRY_REFUSED) sendEvent(event);
    }
  }

  function askWhetherThere(now: number): void {
    pings += 1;
    // Set before sending: if sending fails, the next tick must not take it for an open question.
    if (send({ type: "ping", n: pings })) ping = { n: pings, sentAt: now };
  }

  function refill(): void {
    const { session, deck, pending, history, standing } = state.value;
    if (session === null || session.readOnly || connection.value !== "up") return;
    const isLow = deck.length < Math.min(lowDeck, standing.upcoming);
    // With choices on their way the kernel's counts are behind; its acks bring us back here.
    if (isLow && fetching === null && (pending.length === 0 || deck.length < lowDeck / 2)) {
      const isSent = send({ type: "fetch", have: deck.map((pair) => pair.id) });
      fetching = isSent ? performance.now() : null;
    }
    const oldest = history[0];
    const made = standing.labeled + standing.skipped;
    if (oldest && !goingBack && history.length < LOW_HISTORY && made > history.length) {
      goingBack = send({ type: "back", before: oldest.event });
    }
  }

  function made(): store.Made {
    return { id: newId(), at: new Date().toISOString() };
  }

  function choose(choice: Choice, strength?: Strength): void {
    const { session } = state.value;
    const pair = store.currentPair(state.value);
    const seconds = clock.seconds();
    const isQuick =
      session?.tooFast != null &&
      pair !== null &&
      choice !== "skip" &&
      seconds < leastSeconds(pair);
    const { held } = store.currentDraft(state.value);
    // One that was held already, for whatever reason, is no slip of a key.
    if (isQuick && session.tooFast === "hold" && held?.choice !== choice) {
      become(store.hold(state.value, { choice, strength, isQuick }));
      return;
    }
    const [next, event] = store.choose(state.value, made(), choice, strength, seconds);
    if (event !== null && choice !== "skip") pace.add(event.pair, seconds);
    become(event !== null && isQuick ? { ...next, wasQuick: true } : next);
    make(event);
  }

  /** Sends an earlier choice once more, with what is now said beside it. */
  function saveChanges(): void {
    const label = store.currentPair(state.value)?.label;
    if (label) choose(label.choice, label.strength);
  }

  function settleHeld(): void {
    const { held } = store.currentDraft(state.value);
    if (held && !held.isQuick && store.missing(state.value) === null) {
      choose(held.choice, held.strength);
    }
  }

  function answer(criterion: string, verdict: Verdict): void {
    become(store.answer(state.value, criterion, verdict));
    settleHeld();
  }

  return {
    state,
    connection,
    modules,
    images,
    durable: () => outbox.durable,
    pace: () => pace.pace(),
    choose,
    judge(choice, strength) {
      const criterion = store.answered(state.value, choice);
      if (criterion === null || choice === "skip") choose(choice, strength);
      else answer(criterion.name, choice);
    },
    answer,
    moveRow(step) {
      become(store.moveRow(state.value, step));
    },
    tick(what) {
      become(store.tick(state.value, what));
    },
    write(note) {
      become(store.write(state.value, note));
    },
    settle() {
      if (store.currentDraft(state.value).held) settleHeld();
      else if (store.isChanged(state.value)) saveChanges();
    },
    startEdit() {
      become(store.startEdit(state.value));
    },
    edit(text) {
      become(store.edit(state.value, text));
    },
    stopEdit() {
      become(store.stopEdit(state.value));
    },
    saveEdit() {
      const { editing } = state.value;
      if (editing === null || editing === "asking") return;
      const { held } = store.currentDraft(state.value);
      become(store.stopEdit(state.value));
      choose(editing, held?.choice === editing ? held.strength : undefined);
    },
    discardEdit() {
      become(store.discardEdit(state.value));
    },
    list(filter, before) {
      become(store.awaitListing(state.value, filter, before === null));
      send({ type: "list", filter, before });
    },
    show(pair) {
      send({ type: "show", pair });
    },
    keep() {
      if (store.isChanged(state.value)) saveChanges();
      else become(store.keep(state.value));
    },
    undo() {
      const last = state.value.history.at(-1);
      const [next, event] = store.undo(state.value, made());
      if (event !== null && last && !last.changes) pace.takeBack(last.pair);
      become(next);
      make(event);
    },
    revisit() {
      send({ type: "revisit" });
    },
    retry() {
      for (const { event } of state.value.pending) sendEvent(event);
    },
    dismissNotice() {
      become(store.dismissNotice(state.value));
    },
    close() {
      clearInterval(timer);
      clock.close();
      images.close();
      model.off("msg:custom", receive);
      model.off("comm_live_update", lose);
    },
  };
}

/** A UUID; `crypto.randomUUID` is missing where the page came over plain http. */
function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
