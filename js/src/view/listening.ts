// The audio of the pair on screen: what the keys act on, and what was listened to of each pair.

import { contains, type Listened, type Players } from "../content";
import type { Listening as What } from "../keys";
import type { Pair } from "../protocol";

export interface Listening {
  /** The players of the pair on screen, if it has any. */
  players: Players | null;
  /** From 0 to 1, for all pairs. */
  volume: number;
  /** What was played of each pair, by its id; a second showing has one of its own. */
  played: Map<string, Listened["played"]>;
}

/** Whether there is anything to hear in a pair. */
export function hasAudio(pair: Pair | null): boolean {
  return (
    pair !== null && [pair.prompt, pair.left, pair.right].some((text) => contains("audio", text))
  );
}

export function openListening(): Listening {
  return { players: null, volume: 1, played: new Map() };
}

export function listen({ players }: Listening, what: What): void {
  if (what === "pause") players?.pause();
  else if (what === "back") players?.back();
  else players?.play(what);
}

/** What was listened to of a pair; its volume is that of all pairs. */
export function listenedOf(listening: Listening, pair: string): Listened {
  const played: Listened["played"] = listening.played.get(pair) ?? new Map();
  listening.played.set(pair, played);
  return {
    played,
    get volume() {
      return listening.volume;
    },
    set volume(volume) {
      listening.volume = volume;
    },
  };
}
