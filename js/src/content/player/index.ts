// The module that plays audio, asked for when a pair first has some. One player plays at a time, all at one
// volume, and it is said which side was not heard to the end.

import { element } from "../dom";
import type { OpenPlayers } from "../types";
import { openPlayer, type Player } from "./player";

/** Seconds to go back. */
const BACK = 5;

const SIDES = ["prompt", "left", "right"] as const;
type Side = (typeof SIDES)[number];

/** What a side is called where the responses stand beside each other, and where one is above the other. */
const CALLED: Readonly<Record<Side, readonly [wide: string, narrow: string]>> = {
  prompt: ["Prompt", "Prompt"],
  left: ["Left", "First"],
  right: ["Right", "Second"],
};

function calledElement(side: Side): Node[] {
  const [wide, narrow] = CALLED[side];
  return [element("span", "wide", wide), element("span", "narrow", narrow)];
}

function listed(sides: readonly Side[]): (Node | string)[] {
  return sides.flatMap((side, at) =>
    at > 0 ? [", ", ...calledElement(side)] : calledElement(side),
  );
}

function keyElement(shown: string): HTMLElement {
  const key = element("span", "key", shown);
  key.setAttribute("aria-hidden", "true");
  return key;
}

function actionButton(shown: string, onClick: () => void, signal: AbortSignal): HTMLButtonElement {
  const word = element("span", "listening-word");
  const made = element("button", "listening-button", word, keyElement(shown));
  made.type = "button";
  made.setAttribute("aria-keyshortcuts", shown);
  made.addEventListener("click", onClick, { signal });
  return made;
}

const openPlayers: OpenPlayers = (options, signal) => {
  const { panes, bar, listened, keys } = options;
  const all: { side: Side; player: Player }[] = [];
  /** What played last. */
  let last: Player | undefined;

  const pause = (): void => {
    if (last?.isPlaying()) last.pause();
    else last?.play();
  };
  const back = (): void => last?.move(-BACK);
  const of = (side: Side): Player[] =>
    all.filter((one) => one.side === side).map(({ player }) => player);

  const pauseButton = actionButton(keys.pause, pause, signal);
  const backButton = actionButton(keys.back, back, signal);
  const volume = element("input", "listening-volume");
  volume.type = "range";
  volume.max = "100";
  volume.step = "5";
  volume.value = String(Math.round(100 * listened.volume));
  const status = element("p", "listening-status");
  status.setAttribute("aria-live", "polite");
  const label = element("label", "listening-label", "Volume ", volume);

  function say(): void {
    const playing = all.find(({ player }) => player.isPlaying());
    const word = pauseButton.querySelector(".listening-word");
    if (word) word.textContent = playing || !last ? "Pause" : "Resume";
    pauseButton.disabled = backButton.disabled = last === undefined;
    const parts: (Node | string)[] = [];
    if (playing) parts.push(...calledElement(playing.side), " plays. ");
    const broken = SIDES.filter((side) => of(side).some((player) => player.isBroken()));
    const unheard = SIDES.filter((side) =>
      of(side).some((player) => !player.isBroken() && !player.isHeard()),
    );
    if (unheard.length > 0) parts.push("Not heard to the end: ", ...listed(unheard), ".");
    else if (broken.length === 0) parts.push("All heard to the end.");
    if (broken.length > 0) parts.push(" Cannot be played: ", ...listed(broken), ".");
    const text = parts.map((part) => (typeof part === "string" ? part : part.textContent)).join("");
    if (text === status.dataset.said) return; // said once, not at each tick
    status.dataset.said = text;
    status.replaceChildren(...parts);
  }

  const setVolume = (): void => {
    listened.volume = volume.valueAsNumber / 100;
    for (const { player } of all) player.setVolume(listened.volume);
    volume.style.setProperty("--done", `${volume.value}%`);
  };

  for (const side of SIDES) {
    const places = [...panes[side].querySelectorAll<HTMLElement>(".audio")];
    for (const [at, place] of places.entries()) {
      const number = places.length > 1 ? ` ${at + 1}` : "";
      const player = openPlayer(
        {
          place,
          name: `${side}${number}`,
          side: `${side}${number}`,
          keyShown: side === "prompt" || at > 0 ? "" : keys[side],
          listened,
          stored: options.stored,
          letGo: options.letGo,
          onPlay(next) {
            for (const other of all) if (other.player !== next) other.player.pause();
            last = next;
          },
          onChange: () => say(),
        },
        signal,
      );
      all.push({ side, player });
    }
  }
  const backWord = backButton.querySelector(".listening-word");
  if (backWord) backWord.textContent = `Back ${BACK} s`;
  bar.replaceChildren(pauseButton, backButton, label, status);
  volume.addEventListener("input", setVolume, { signal });
  volume.addEventListener("pointerup", () => options.letGo(), { signal });
  signal.addEventListener("abort", () => bar.replaceChildren(), { once: true });
  setVolume();
  say();

  return {
    play(side) {
      const own = of(side);
      // Of several, the one that played last, then the first that was not heard yet.
      const player = own.find((one) => one === last) ?? own.find((one) => !one.isHeard()) ?? own[0];
      if (player?.isPlaying()) player.pause();
      else player?.play();
    },
    pause,
    back,
  };
};

export default openPlayers;
