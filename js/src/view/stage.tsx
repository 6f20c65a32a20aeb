import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { renderText, type Text } from "../content";
import type { Pair } from "../protocol";
import { currentPair, previousPair, type State } from "../store";

const PREPARED_AHEAD = 3;

/**
 * The pair on screen, with the next ones and the previous one already laid out behind it, so that
 * a key press only has to swap them.
 */
export function Stage({ state }: { state: State }) {
  const current = currentPair(state);
  const [prepared, setPrepared] = useState<readonly Pair[]>([]);

  // After the paint, never before: preparing takes longer than a frame.
  useEffect(
    () =>
      afterPaint(() => {
        const previous = previousPair(state);
        setPrepared([...state.deck.slice(0, 1 + PREPARED_AHEAD), ...(previous ? [previous] : [])]);
      }),
    [state.deck, state.history],
  );

  const mounted = new Map(prepared.map((pair) => [pair.id, pair]));
  if (current !== null) mounted.set(current.id, current);
  return (
    <div class="stage">
      {[...mounted.values()]
        .sort((a, b) => (a.id < b.id ? -1 : 1)) // a stable order, so that no node ever moves
        .map((pair) => (
          <PairPane key={pair.id} pair={pair} isCurrent={pair.id === current?.id} />
        ))}
      {current === null && (
        <p class="message">Waiting for the kernel: the next pairs come when it is free.</p>
      )}
    </div>
  );
}

function PairPane({ pair, isCurrent }: { pair: Pair; isCurrent: boolean }) {
  return (
    <article
      class={isCurrent ? "pair" : "pair prepared"}
      aria-hidden={!isCurrent}
      data-pair={pair.id}
    >
      {pair.returning && <p class="returning">Skipped before</p>}
      <Pane name="Prompt" label="Prompt" text={pair.prompt} isCurrent={isCurrent} />
      <div class="responses">
        <Pane name="Left response" label="Left" text={pair.left} isCurrent={isCurrent} />
        <Pane name="Right response" label="Right" text={pair.right} isCurrent={isCurrent} />
      </div>
    </article>
  );
}

interface PaneProps {
  name: string;
  label: string;
  text: Text;
  isCurrent: boolean;
}

function Pane({ name, label, text, isCurrent }: PaneProps) {
  const body = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => body.current?.replaceChildren(renderText(text)), [text]);
  // Back from where it was prepared, or undone: read from the top.
  useLayoutEffect(() => {
    if (isCurrent) body.current?.scrollTo(0, 0);
  }, [isCurrent]);
  return (
    <section class={`pane ${name === "Prompt" ? "prompt" : "response"}`} aria-label={name}>
      <h3 class="pane-label">{label}</h3>
      <div class="pane-body" ref={body} tabIndex={isCurrent ? 0 : -1} />
    </section>
  );
}

function afterPaint(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A hidden page paints nothing, so it gives no animation frames either.
  const late = setTimeout(work, 250);
  const frame = requestAnimationFrame(() => {
    clearTimeout(late);
    timer = setTimeout(work, 0);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(late);
    clearTimeout(timer);
  };
}
