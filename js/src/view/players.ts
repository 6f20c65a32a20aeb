import type { OpenPlayers } from "../content";
import type { Pair } from "../protocol";
import { keyIn, type Surface } from "./actions";
import { listenedOf } from "./listening";

/** Puts players into the pair on screen; with the signal they go, and fall silent. */
export function playIn(
  article: HTMLElement,
  pair: Pair,
  openPlayers: OpenPlayers,
  surface: Surface,
  signal: AbortSignal,
): void {
  const { link, listening, root } = surface;
  const [prompt, left, right] = article.querySelectorAll(".pane");
  const bar = article.querySelector(".listening");
  if (!prompt || !left || !right || !bar) return;
  const players = openPlayers(
    {
      panes: { prompt, left, right },
      bar,
      listened: listenedOf(listening, pair.id),
      stored: link.media.show,
      keys: {
        left: keyIn(surface, "play_left"),
        right: keyIn(surface, "play_right"),
        pause: keyIn(surface, "pause"),
        back: keyIn(surface, "play_back"),
      },
      letGo: () => (root.host as HTMLElement).focus({ preventScroll: true }),
    },
    signal,
  );
  listening.players = players;
  const end = () => {
    if (listening.players === players) listening.players = null;
  };
  signal.addEventListener("abort", end, { once: true });
}
