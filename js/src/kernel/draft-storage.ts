// What is said of pairs that are not labeled yet, kept in the browser's storage: a note half written
// outlives a reload.

import { type Draft, isEmpty } from "../state";

export type Drafts = ReadonlyMap<string, Draft>;

export interface DraftStorage {
  /** Stores what differs from what was stored last. */
  sync(drafts: Drafts): void;
  list(): Drafts;
}

/** Opens the drafts of a session and annotator, named by the kernel. */
export function openDrafts(name: string, storage: Storage | null): DraftStorage {
  const prefix = `tiebreak-draft:${name}:`;
  let stored: Drafts = new Map();
  return {
    sync(drafts) {
      if (storage === null || drafts === stored) return;
      for (const pair of stored.keys()) {
        if (!drafts.has(pair)) storage.removeItem(prefix + pair);
      }
      for (const [pair, draft] of drafts) {
        if (stored.get(pair) === draft) continue;
        try {
          if (isEmpty(draft)) storage.removeItem(prefix + pair);
          else storage.setItem(prefix + pair, JSON.stringify(draft));
        } catch {
          // A full storage: the draft stays in memory.
        }
      }
      stored = drafts;
    },
    list() {
      const found = new Map<string, Draft>();
      for (let place = 0; storage && place < storage.length; place += 1) {
        const key = storage.key(place) ?? "";
        const draft = key.startsWith(prefix) ? parse(storage.getItem(key)) : null;
        if (draft) found.set(key.slice(prefix.length), draft);
      }
      return found;
    },
  };
}

function parse(text: string | null): Draft | null {
  try {
    const draft = JSON.parse(text ?? "null");
    return typeof draft === "object" ? draft : null;
  } catch {
    return null;
  }
}
