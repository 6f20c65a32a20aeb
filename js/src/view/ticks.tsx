// Phrases to tick: one line that says what is ticked, and opened all of them, each with its letters.

import { showKey, type TickBinding, type TickRow, type TickSide } from "../keys";
import { isTicked } from "../state";
import { isTicking, keyIn, perform, type Surface } from "./actions";
import { Key } from "./key";
import { Side } from "./side";

const GROUPS = { reasons: "Reason", flags: "Flag", principles: "Principle" };
const SIDE_NAMES = { left: "left", right: "right", pair: "the pair" };

/** The one line, which opens and folds the rest. */
export function TickLine({ surface }: { surface: Surface }) {
  const { shown } = surface;
  if (shown.ticks.value.length === 0) return null;
  const said = SAID.map((side) => [side, tickedOf(surface, side)] as const).filter(
    ([, phrases]) => phrases.length > 0,
  );
  return (
    <button
      type="button"
      class="tick-line"
      aria-expanded={isTicking(surface)}
      onClick={() => perform(surface, { kind: "ticks" })}
    >
      <span class="tick-title">Ticks</span>
      <Key>{keyIn(surface, "ticks")}</Key>
      <span class="ticked">
        {said.length === 0 ? (
          <span class="tick-hint">
            a letter ticks for the <Side wide="left" narrow="first" /> response, with ⇧ for the{" "}
            <Side wide="right" narrow="second" /> one
          </span>
        ) : (
          said.map(([side, phrases]) => (
            <span key={side} class={`ticked-of ${side}`}>
              <SideName side={side} /> {phrases.join(", ")}
            </span>
          ))
        )}
      </span>
    </button>
  );
}

const SAID: readonly TickSide[] = ["left", "right", "pair"];

function SideName({ side }: { side: TickSide }) {
  if (side === "pair") return <b>Pair:</b>;
  return (
    <b>
      {side === "left" ? (
        <Side wide="Left:" narrow="First:" />
      ) : (
        <Side wide="Right:" narrow="Second:" />
      )}
    </b>
  );
}

function tickedOf({ shown }: Surface, side: TickSide): string[] {
  const draft = shown.draft.value;
  return shown.ticks.value
    .filter(({ ticks }) => ticks.some(({ tick }) => tick.side === side && isTicked(draft, tick)))
    .map(({ phrase }) => phrase);
}

/** All that can be ticked, while it is open. */
export function Ticks({ surface }: { surface: Surface }) {
  return (
    <div class="ticks">
      {surface.shown.ticks.value.map((row) => (
        <TickRowView key={`${row.list} ${row.phrase}`} row={row} surface={surface} />
      ))}
    </div>
  );
}

function TickRowView({ row, surface }: { row: TickRow; surface: Surface }) {
  const draft = surface.shown.draft.value;
  const [first] = row.ticks;
  const isSided = row.list !== "principles";
  const mark = (binding: TickBinding, text: preact.ComponentChild) => (
    <button
      key={binding.tick.side}
      type="button"
      class={`tick of-${binding.tick.side}`}
      aria-pressed={isTicked(draft, binding.tick)}
      title={row.about || row.phrase}
      onClick={() => perform(surface, { kind: "tick", tick: binding.tick })}
    >
      <span class="unseen">
        {isSided
          ? `${GROUPS[row.list]}, ${SIDE_NAMES[binding.tick.side]}: ${row.phrase}`
          : `${GROUPS[row.list]}: ${row.phrase}`}
      </span>
      {binding.key && <Key>{showKey(binding.key)}</Key>}
      {text && (
        <span class="phrase" aria-hidden="true">
          {text}
        </span>
      )}
    </button>
  );
  if (!isSided && first) return <div class="tick-row single">{mark(first, row.phrase)}</div>;
  const bySide = Object.fromEntries(row.ticks.map((binding) => [binding.tick.side, binding]));
  return (
    <div class={`tick-row ${row.list}`}>
      {bySide.left && mark(bySide.left, null)}
      {bySide.pair ? (
        mark(bySide.pair, row.phrase)
      ) : (
        <span class="phrase" title={row.phrase}>
          {row.phrase}
        </span>
      )}
      {bySide.right && mark(bySide.right, null)}
    </div>
  );
}
