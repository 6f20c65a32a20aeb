// What a key changes beside the pair on screen waits for the paint.

import { useEffect, useRef, useState } from "preact/hooks";
import type { State } from "../state";
import type { Surface } from "./actions";

/**
 * Does some work once what stands now is on screen, and the frame after it too: what is done between the
 * two is in the way of both. Gives how to call it off.
 */
export function afterPaint(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A hidden page paints nothing, so it gives no animation frames either; it may be hidden between two.
  const late = setTimeout(finish, 250);
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => {
      timer = setTimeout(finish, 0);
    });
  });
  function finish(): void {
    callOff();
    work();
  }
  function callOff(): void {
    cancelAnimationFrame(frame);
    clearTimeout(late);
    clearTimeout(timer);
  }
  return callOff;
}

/** The newest value where it is urgent, and else the one before, until after the paint. */
export function useInTurn<T>(newest: T, isUrgent: boolean): T {
  const held = useRef(newest);
  const [, renderAgain] = useState({});
  if (isUrgent) held.current = newest;
  useEffect(() => {
    if (held.current === newest) return;
    return afterPaint(() => {
      held.current = newest;
      renderAgain({});
    });
  }, [newest]);
  return held.current;
}

/**
 * The state for what is told beside the work: where another pair comes on screen, after the pair itself,
 * whatever the kernel says meanwhile.
 */
export function useSettled({ link, shown }: Surface): State {
  const pair = shown.pair.value?.id;
  const isSettled = useInTurn(pair, false) === pair;
  const state = link.state.value;
  const held = useRef(state);
  if (isSettled) held.current = state;
  return held.current;
}
