// One player: a button, its place in time, and whether it was heard to the end.

import { element } from "../dom";
import type { Listened, ShowStored } from "../types";
import { isWhole, joined, stretchesOf } from "./played";

export interface Player {
  /** What it plays: Left, Right, Prompt, with a number where there are several. */
  name: string;
  isPlaying(): boolean;
  isHeard(): boolean;
  /** Whether it cannot be played at all. */
  isBroken(): boolean;
  play(): void;
  pause(): void;
  /** Moves by so many seconds, within its length. */
  move(seconds: number): void;
  setVolume(volume: number): void;
}

interface PlayerParts {
  place: HTMLElement;
  name: string;
  /** What a screen reader calls its place in time. */
  side: string;
  keyShown: string;
  listened: Listened;
  stored: ShowStored;
  letGo(): void;
  /** It is about to play: the others are to be silent. */
  onPlay(player: Player): void;
  /** What there is to say of it has changed. */
  onChange(): void;
}

/** Seconds as minutes and seconds; a dash for what is not known. */
export function clockOf(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–:––";
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Behind any end: seconds that a browser seeks the end by. */
const FAR = 1e9;

const REASONS: Readonly<Record<number, string>> = {
  2: "it did not come whole.",
  3: "it is damaged.",
  4: "this browser cannot play it, or the page forbids it.",
};

export function openPlayer(parts: PlayerParts, signal: AbortSignal): Player {
  const { place, name, listened, onPlay, onChange } = parts;
  const audio = element("audio");
  const button = element("button", "player-button");
  const position = element("input", "player-position");
  const time = element("span", "player-time");
  const heard = element("span", "player-heard");
  const before = [...place.childNodes];
  let failure: string | undefined;
  let isBroken = false;
  let isMoving = false;
  /** Whether its length, which the file does not tell, is known by now; undefined where it tells it. */
  let isMeasured: boolean | undefined;
  let isWanted = false;

  audio.preload = "auto";
  audio.volume = listened.volume;
  button.type = "button";
  position.type = "range";
  position.min = "0";
  position.step = "0.1";
  position.setAttribute("aria-label", `Position in ${parts.side}`);
  const key = element("span", "key", parts.keyShown);
  key.setAttribute("aria-hidden", "true");
  const group = element("div", "player", button, position, time, heard);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", `Audio of ${parts.side}`);
  if (parts.keyShown) {
    button.setAttribute("aria-keyshortcuts", parts.keyShown);
    button.append(key);
  }
  place.replaceChildren(group);

  const player: Player = {
    name,
    isPlaying: () => !audio.paused && !audio.ended,
    isHeard: () => isWhole(played(), lengthOf()),
    isBroken: () => isBroken,
    play() {
      onPlay(player);
      if (isMeasured !== false) start();
      else isWanted = true;
    },
    pause() {
      isWanted = false;
      audio.pause();
    },
    move(seconds) {
      audio.currentTime = Math.max(0, Math.min(audio.currentTime + seconds, lengthOf() || 0));
    },
    setVolume(volume) {
      audio.volume = volume;
    },
  };

  function start(): void {
    // Without its bytes yet, it plays when they have come.
    audio.play().catch((error: unknown) => {
      if (signal.aborted || (error as DOMException).name !== "NotAllowedError") return;
      fail("the browser plays nothing before a click; click its button.");
    });
  }

  /** Has the browser look for the end of what was recorded live, and come back. */
  function measure(): void {
    if (audio.duration === Number.POSITIVE_INFINITY && isMeasured === undefined) {
      isMeasured = false;
      isWanted = !audio.paused;
      audio.pause();
      audio.currentTime = FAR;
    } else if (isMeasured === false && Number.isFinite(audio.duration)) {
      isMeasured = true;
      audio.currentTime = 0;
      if (isWanted) start();
    }
  }

  function lengthOf(): number {
    if (isMeasured === false) return Number.NaN;
    return audio.ended ? audio.currentTime : audio.duration;
  }

  function placeNow(): number {
    return isMeasured === false ? 0 : audio.currentTime;
  }

  function played(): readonly (readonly [number, number])[] {
    return joined(listened.played.get(name) ?? [], stretchesOf(audio.played));
  }

  function fail(reason: string): void {
    failure = reason;
    show();
    onChange();
  }

  /** Shows where it is; what is said aloud is said by the bar. */
  function show(): void {
    const length = lengthOf();
    const isKnown = Number.isFinite(length);
    group.dataset.state = failure ? "failed" : player.isPlaying() ? "playing" : "paused";
    button.disabled = isBroken;
    button.setAttribute("aria-label", `${player.isPlaying() ? "Pause" : "Play"} ${parts.side}`);
    position.disabled = !isKnown;
    position.max = String(isKnown ? length : 1);
    if (!isMoving) position.value = String(isKnown ? placeNow() : 0);
    position.style.setProperty("--done", `${length > 0 ? (100 * placeNow()) / length : 0}%`);
    const where = `${clockOf(placeNow())} / ${clockOf(length)}`;
    position.setAttribute("aria-valuetext", where.replace(" / ", " of "));
    time.textContent = where;
    const isHeard = player.isHeard();
    if (failure) heard.textContent = `Cannot be played: ${failure}`;
    else if (length === 0) heard.textContent = "nothing to hear";
    else heard.textContent = isHeard ? "heard" : "not heard to the end";
    heard.classList.toggle("is-heard", isHeard && !failure);
  }

  let wasHeard = false;
  function look(): void {
    show();
    if (player.isHeard() === wasHeard) return;
    wasHeard = player.isHeard();
    onChange();
  }

  function turn(): void {
    if (!isBroken) failure = undefined;
    look();
    onChange();
  }

  for (const event of ["loadedmetadata", "durationchange"]) {
    audio.addEventListener(event, measure, { signal });
  }
  for (const event of ["timeupdate", "seeked", "durationchange", "loadedmetadata"]) {
    audio.addEventListener(event, look, { signal });
  }
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, turn, { signal });
  audio.addEventListener(
    "error",
    (event) => {
      isBroken = true;
      const isGone = event instanceof ErrorEvent && event.message;
      fail(isGone ? event.message : (REASONS[audio.error?.code ?? 4] ?? "it is damaged."));
    },
    { signal },
  );
  button.addEventListener("click", () => (player.isPlaying() ? player.pause() : player.play()), {
    signal,
  });
  position.addEventListener(
    "input",
    () => {
      audio.currentTime = position.valueAsNumber;
    },
    { signal },
  );
  position.addEventListener(
    "pointerdown",
    () => {
      isMoving = true;
    },
    { signal },
  );
  for (const event of ["pointerup", "pointercancel"]) {
    position.addEventListener(
      event,
      () => {
        isMoving = false;
        parts.letGo();
      },
      { signal },
    );
  }
  signal.addEventListener(
    "abort",
    () => {
      listened.played.set(name, played());
      audio.pause();
      audio.removeAttribute("src");
      audio.load();
      place.replaceChildren(...before);
    },
    { once: true },
  );
  look();
  parts.stored(audio, place.dataset.name ?? "");
  return player;
}
