// What is asked beside the choice: a row a criterion, phrases to tick, and the note.

import { useLayoutEffect, useRef } from "preact/hooks";
import { bindingOf, showKey, type TickBinding, type TickRow } from "../keys";
import { LONGEST_NOTE, type Named, type Verdict } from "../protocol";
import { isTicked, type Missing } from "../state";
import { hasFocus, keyIn, perform, type Surface, turnOf } from "./actions";
import { Key } from "./key";
import { Side, withSide } from "./side";

/** Nothing at all in a simple session, until a note is written. */
export function Remarks({ surface }: { surface: Surface }) {
  const { shown, noting } = surface;
  const session = shown.session.value;
  const needsNote = shown.missing.value?.kind === "note";
  useLayoutEffect(() => {
    // Not where a choice of an earlier page waits for it: the keys may be the notebook's.
    if (needsNote && hasFocus(surface.root)) noting.value = true;
  }, [needsNote, noting, surface]);
  const pair = shown.pair.value?.id;
  // No note goes on in that of another pair.
  useLayoutEffect(
    () => () => {
      noting.value = false;
    },
    [pair, noting],
  );
  if (session === null) return null;
  const draft = shown.draft.value;
  const rows = shown.ticks.value;
  const hasNote = noting.value || Boolean(draft.note);
  const { criteria } = session.form;
  const turn = turnOf(surface) === "criterion" ? shown.turn.value : null;
  if (criteria.length + rows.length === 0 && !hasNote && !draft.edit && !draft.held) return null;
  return (
    <div class="remarks">
      <Held surface={surface} />
      {criteria.length > 0 && (
        <div class="criteria">
          {criteria.map((criterion) => (
            <Criterion
              key={criterion.name}
              criterion={criterion}
              isActive={criterion === turn}
              surface={surface}
            />
          ))}
        </div>
      )}
      {rows.length > 0 && (
        <div class="ticks">
          <p class="about">
            Tick by letter for the <Side wide="left" narrow="first" /> response, with ⇧ for the{" "}
            <Side wide="right" narrow="second" /> one.
          </p>
          {rows.map((row) => (
            <Ticks key={`${row.list} ${row.phrase}`} row={row} surface={surface} />
          ))}
        </div>
      )}
      {hasNote && <Note key={pair} surface={surface} />}
    </div>
  );
}

const VERDICTS: readonly [Verdict, string, string][] = [
  ["left", "Left", "left"],
  ["tie", "Tie", "tie"],
  ["right", "Right", "right"],
  ["both_bad", "Both bad", "both_bad"],
];

interface CriterionProps {
  criterion: Named;
  isActive: boolean;
  surface: Surface;
}

function Criterion({ criterion: { name, about }, isActive, surface }: CriterionProps) {
  const { shown, verbs } = surface;
  const chosen = shown.draft.value.criteria?.[name];
  // Of the three keys of a side the outermost, as they stand on the keyboard.
  const keyOf = (verdict: Verdict) => {
    const fitting = shown.bindings.value.filter(
      ({ action }) => action.kind === "choose" && action.choice === verdict,
    );
    return fitting.at(verdict === "right" ? -1 : 0)?.keys[0] ?? "";
  };
  return (
    <div
      class={`criterion${isActive ? " active" : ""}`}
      role="radiogroup"
      aria-label={about ? `${name}: ${about}` : name}
    >
      <span class="criterion-name">
        {name}
        {isActive && chosen && <span class="again"> – once more, or ↓</span>}
        {about && <span class="about">{about}</span>}
      </span>
      <span class="criterion-choices">
        {VERDICTS.map(([verdict, short]) => (
          // biome-ignore lint/a11y/useSemanticElements: a radio input would keep the keys to itself
          <button
            key={verdict}
            type="button"
            role="radio"
            class="answer"
            aria-checked={chosen === verdict}
            onClick={() => verbs.answer(name, verdict)}
          >
            {withSide(short)}
            <kbd class="slot">
              {chosen === verdict ? "✓" : isActive ? showKey(keyOf(verdict)) : ""}
            </kbd>
          </button>
        ))}
      </span>
    </div>
  );
}

const GROUPS = { reasons: "Reason", flags: "Flag", principles: "Principle" };
const SIDE_NAMES = { left: "left", right: "right", pair: "the pair" };

function Ticks({ row, surface }: { row: TickRow; surface: Surface }) {
  const draft = surface.shown.draft.value;
  const [first] = row.ticks;
  const isSided = row.list !== "principles";
  const mark = (binding: TickBinding, text: preact.ComponentChild) => (
    <button
      key={binding.tick.side}
      type="button"
      class={`tick of-${binding.tick.side}`}
      aria-pressed={isTicked(draft, binding.tick)}
      title={row.about || undefined}
      onClick={() => perform(surface, { kind: "tick", tick: binding.tick })}
    >
      <span class="unseen">
        {isSided
          ? `${GROUPS[row.list]}, ${SIDE_NAMES[binding.tick.side]}: ${row.phrase}`
          : `${GROUPS[row.list]}: ${row.phrase}`}
      </span>
      {binding.key && <Key>{showKey(binding.key)}</Key>}
      <span aria-hidden="true">{text}</span>
    </button>
  );
  if (!isSided && first) return <div class="tick-row single">{mark(first, row.phrase)}</div>;
  const bySide = Object.fromEntries(row.ticks.map((binding) => [binding.tick.side, binding]));
  return (
    <div class={`tick-row ${row.list}`}>
      {bySide.left && mark(bySide.left, null)}
      {bySide.pair ? mark(bySide.pair, row.phrase) : <span class="phrase">{row.phrase}</span>}
      {bySide.right && mark(bySide.right, null)}
    </div>
  );
}

/** Why a choice is not sent yet, and what sends it. */
function Held({ surface }: { surface: Surface }) {
  const { link, shown, verbs } = surface;
  const { editing } = link.state.value;
  const { held, edited } = shown.draft.value;
  const missing = shown.missing.value;
  const choice = held && bindingOf(shown.bindings.value, held.choice, held.strength ?? null);
  return (
    <>
      {choice && editing === null && (
        <p class="held" aria-live="polite">
          <span>
            <strong>{withSide(choice.name)}</strong>: not saved yet,{" "}
            {held.isQuick
              ? "for it came quicker than the responses can be read. Choose again to save it."
              : missing
                ? explain(missing, surface.noting.value ? null : keyIn(surface, "note"))
                : surface.noting.value
                  ? "Ctrl+Enter saves both."
                  : `${showKey(choice.keys[0] ?? "")} saves it.`}
          </span>
        </p>
      )}
      {edited && editing === null && (
        <p class="held">
          <span>
            {withSide(edited === "left" ? "Left response edited" : "Right response edited")}
          </span>
          <button type="button" class="small" onClick={() => perform(surface, { kind: "edit" })}>
            Go on editing <kbd>{keyIn(surface, "edit")}</kbd>
          </button>
          <button type="button" class="small" onClick={verbs.discardEdit}>
            Discard the edit
          </button>
        </p>
      )}
    </>
  );
}

function explain(missing: Missing, noteKey: string | null): string {
  switch (missing.kind) {
    case "criterion":
      return `say which is more ${missing.name} first.`;
    case "note":
      return `a note is asked for${noteKey ? ` (${noteKey})` : ""}; Ctrl+Enter then saves both.`;
    case "edited":
      return `the ${missing.side} response was edited, so choose it, or discard the edit.`;
  }
}

function Note({ surface }: { surface: Surface }) {
  const { shown, verbs, noting } = surface;
  const field = useRef<HTMLTextAreaElement>(null);
  const { note = "" } = shown.draft.value;
  const isOpen = noting.value;
  // Before the next key comes, which is meant for the note.
  useLayoutEffect(() => {
    if (isOpen) field.current?.focus({ preventScroll: true });
  }, [isOpen]);
  return (
    <label class="note">
      <span>Note</span>
      <textarea
        ref={field}
        rows={2}
        maxLength={LONGEST_NOTE}
        value={note}
        placeholder="Kept as you type. Esc: back to the keys. Ctrl+Enter: done."
        onInput={(event) => verbs.write(event.currentTarget.value)}
        onFocus={() => {
          noting.value = true;
        }}
        onBlur={() => {
          noting.value = false;
        }}
      />
    </label>
  );
}
