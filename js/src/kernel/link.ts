// The line to the kernel: sends events, keeps them until they are acknowledged, notices silence, sends
// again what got lost.

import type { AnyModel } from "@anywidget/types";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { OutboxEvent, ToKernel } from "../protocol";
import * as store from "../state";
import { type DraftStorage, openDrafts } from "./draft-storage";
import { readMessage } from "./incoming";
import { type Media, openMedia } from "./media";
import { browserStorage, type Outbox, openOutbox } from "./outbox";
import { openParts, type Parts } from "./parts";

/** Milliseconds without an acknowledgement after which the kernel is asked whether it is there. */
const PATIENCE = 3_000;
const RETRY_REFUSED = 5_000;
const WATCH = 1_000;
const LOW_DECK = 250;
const LOW_HISTORY = 10;

const UNREADABLE =
  "The kernel sent what this page cannot read; it was left out, and nothing else has changed. " +
  "Save the notebook and reload the page.";

export type Connection =
  /** The kernel answers, or nothing was asked. */
  | "up"
  /** Something has waited for its acknowledgement longer than an idle kernel takes. */
  | "silent"
  /** Sending failed: the kernel was restarted or shut down. */
  | "gone";

export interface Link {
  state: ReadonlySignal<store.State>;
  /** What follows from the state. */
  shown: store.Shown;
  connection: Signal<Connection>;
  parts: Parts;
  media: Media;
  /** Whether unsaved choices outlive the page. */
  durable(): boolean;
  /** Takes up a state, and stores what was said in it. */
  become(next: store.State): void;
  /** Sends what needs no acknowledgement, and tells whether it went out. */
  send(message: ToKernel): boolean;
  /** Sends what the journal is to hold, until it is acknowledged. */
  record(event: OutboxEvent): void;
  /** Sends at once what was not acknowledged yet. */
  retry(): void;
  close(): void;
}

/** Does some work once nothing is waited for on screen, and gives how to call it off. */
export type Later = (work: () => void) => () => void;

const atOnce: Later = (work) => {
  work();
  return () => {};
};

export function openLink(model: AnyModel, later: Later = atOnce): Link {
  const state = signal(store.INITIAL);
  const connection = signal<Connection>("up");
  const parts = openParts((name) => send({ type: "module", name }));
  const media = openMedia((name) => send({ type: "media", name }));
  let drafts: DraftStorage = openDrafts("", null);
  let outbox: Outbox = openOutbox("", null);
  const sentAt = new Map<string, number>();
  let ping: { n: number; sentAt: number } | null = null;
  let pings = 0;
  /** When more pairs were asked for, or null. */
  let fetching: number | null = null;
  let lowDeck = LOW_DECK;
  let goingBack = false;
  /** What the kernel said while a frame was waited for that shows what a key did, in order. */
  let unheard: (() => void)[] | null = null;
  let callOff = () => {};

  model.on("msg:custom", hear);
  // Jupyter's own word that the kernel went away; other hosts never say it.
  model.on("comm_live_update", lose);
  const timer = setInterval(watch, WATCH);
  send({ type: "hello" });

  function become(next: store.State): void {
    state.value = next;
    drafts.sync(next.drafts);
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

  function sendPending(): void {
    for (const { event } of state.value.pending) sendEvent(event);
  }

  /** A free kernel answers between two frames, where taking it up would hold back the second. */
  function hear(content: unknown, buffers?: readonly DataView[]): void {
    if (unheard === null) receive(content, buffers);
    else unheard.push(() => receive(content, buffers));
  }

  function hearAll(): void {
    const said = unheard ?? [];
    unheard = null;
    for (const takeUp of said) takeUp();
  }

  function receive(content: unknown, buffers: readonly DataView[] = []): void {
    const message = readMessage(content);
    connection.value = "up";
    if (message === null) {
      become(store.notify(state.value, "refusal", UNREADABLE));
      return;
    }
    become(store.receive(state.value, message));
    switch (message.type) {
      case "state":
        openOutboxOf(message.outbox);
        break;
      case "ack":
        confirm(message.id);
        break;
      case "refused":
        if (message.id === null) break;
        if (message.keep) {
          sentAt.set(message.id, performance.now());
        } else {
          confirm(message.id);
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
      case "media":
        media.receive(message.name, buffers[0], message.reason);
        break;
      case "module":
        parts.receive(message.name, message.source);
        break;
    }
    refill();
  }

  function lose(): void {
    connection.value = "gone";
  }

  /** Sends no more what the kernel has given its word on. */
  function confirm(id: string): void {
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
    sendPending();
  }

  /**
   * The kernel handles messages in order, so what was sent before a ping and is not acknowledged
   * when its pong comes was lost on the way (a handler interrupted, say).
   */
  function resendBefore(n: number): void {
    if (ping?.n !== n) return;
    const { sentAt: asked } = ping;
    ping = null;
    if (state.value.session === null) send({ type: "hello" });
    if (fetching !== null && fetching < asked) fetching = null;
    media.askAgain(asked);
    parts.askAgain(asked);
    for (const { event, refusal } of state.value.pending) {
      const sent = sentAt.get(event.id);
      if (refusal === undefined && (sent === undefined || sent < asked)) sendEvent(event);
    }
  }

  /** Looks for what waits too long, and asks for it again or says so. */
  function watch(): void {
    const now = performance.now();
    const { pending } = state.value;
    const waiting = pending.filter(({ refusal }) => refusal === undefined);
    const oldest = waiting[0] && sentAt.get(waiting[0].event.id);
    if (waiting.length > 0 && (oldest === undefined || now - oldest > PATIENCE)) {
      if (connection.value === "up") connection.value = "silent";
      if (ping === null) askWhetherThere(now);
    }
    if (ping === null) {
      const awaited = [fetching, media.waitingSince(), parts.waitingSince()];
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
    // Set before sending: if sending fails, the next look must not take it for an open question.
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

  return {
    state,
    shown: store.followState(state),
    connection,
    parts,
    media,
    durable: () => outbox.durable,
    become,
    send,
    record(event) {
      outbox.put(event);
      // Before the paint: a task for it would wait for the frame, and the acknowledgement with it.
      sendEvent(event);
      refill();
      if (unheard === null) {
        unheard = [];
        callOff = later(hearAll);
      }
    },
    retry: sendPending,
    close() {
      clearInterval(timer);
      media.close();
      callOff();
      hearAll();
      model.off("msg:custom", hear);
      model.off("comm_live_update", lose);
    },
  };
}
