// Labels not yet acknowledged, kept in the browser's storage with their notes and edits, but without
// the texts of the pair. One entry an event, so that two tabs never overwrite each other.

import type { OutboxEvent } from "../protocol";

export interface Outbox {
  /** Whether what is put here outlives the page. */
  durable: boolean;
  put(event: OutboxEvent): void;
  remove(id: string): void;
  /** Everything kept, in the order in which it was put. */
  list(): OutboxEvent[];
}

const LONGEST_TIME = 15;

/** Opens the outbox of a session and annotator, named by the kernel. */
export function openOutbox(name: string, storage: Storage | null): Outbox {
  const prefix = `tiebreak:${name}:`;
  const keys = new Map<string, string>();
  let put = 0;
  if (storage !== null) for (const key of keysIn(storage)) keys.set(idOf(key), key);
  return {
    durable: storage !== null,
    put(event) {
      const order = String(Date.now()).padStart(LONGEST_TIME, "0");
      put += 1;
      const key = `${prefix}${order}.${String(put).padStart(6, "0")}:${event.id}`;
      keys.set(event.id, key);
      try {
        storage?.setItem(key, JSON.stringify(event));
      } catch {
        // A full storage: the event still waits in memory for its acknowledgement.
      }
    },
    remove(id) {
      const key = keys.get(id);
      if (key === undefined) return;
      keys.delete(id);
      storage?.removeItem(key);
    },
    list() {
      if (storage === null) return [];
      return keysIn(storage)
        .sort()
        .flatMap((key) => {
          keys.set(idOf(key), key);
          const event = parse(storage.getItem(key));
          return event === null ? [] : [event];
        });
    },
  };

  function keysIn(from: Storage): string[] {
    const all = Array.from({ length: from.length }, (_, place) => from.key(place) ?? "");
    return all.filter((key) => key.startsWith(prefix));
  }
}

/** The browser's storage, or null where it has none to give (private windows, sandboxed frames). */
export function browserStorage(): Storage | null {
  try {
    const probe = "tiebreak:probe";
    localStorage.setItem(probe, "");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
}

function idOf(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}

function parse(text: string | null): OutboxEvent | null {
  try {
    const event = JSON.parse(text ?? "null");
    return event?.type === "label" || event?.type === "undo" ? event : null;
  } catch {
    return null;
  }
}
