// What is asked beside the choice: a row a criterion, what can be ticked while it is open, and the note.

import { useLayoutEffect, useRef } from "preact/hooks";
import { showKey } from "../keys";
import { LONGEST_NOTE, type Named, type Verdict } from "../protocol";
import { hasFocus, isTicking, type Surface, turnOf } from "./actions";
import { withSide } from "./side";
import { Ticks } from "./ticks";

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
  const hasNote = noting.value || Boolean(shown.draft.value.note);
  const { criteria } = session.form;
  const turn = turnOf(surface) === "criterion" ? shown.turn.value : null;
  const isOpen = isTicking(surface);
  if (criteria.length === 0 && !isOpen && !hasNote) return null;
  return (
    <div class="remarks">
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
      {isOpen && <Ticks surface={surface} />}
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
  const row = useRef<HTMLDivElement>(null);
  // In a low window the rows scroll, and the one whose turn it is must be seen.
  useLayoutEffect(() => {
    if (isActive) showIn(row.current);
  }, [isActive]);
  return (
    <div
      ref={row}
      class={`criterion${isActive ? " active" : ""}`}
      role="radiogroup"
      aria-label={about ? `${name}: ${about}` : name}
    >
      <span class="criterion-name" title={about ? `${name}: ${about}` : name}>
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

/** Scrolls what holds a row, above the note at its edge, and nothing outside of the widget. */
function showIn(row: HTMLElement | null): void {
  const box = row?.closest(".remarks");
  if (!row || !box) return;
  const [inner, outer] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
  const bottom = box.querySelector(".note")?.getBoundingClientRect().top ?? outer.bottom;
  if (inner.top < outer.top) box.scrollTop += inner.top - outer.top;
  else if (inner.bottom > bottom) box.scrollTop += inner.bottom - bottom;
}

function Note({ surface }: { surface: Surface }) {
  const { shown, verbs, noting } = surface;
  const field = useRef<HTMLTextAreaElement>(null);
  const { note = "" } = shown.draft.value;
  const isOpen = noting.value;
  // Before the next key comes, which is meant for the note.
  useLayoutEffect(() => {
    if (!isOpen) return;
    field.current?.focus({ preventScroll: true });
  }, [isOpen]);
  return (
    <label class="note">
      <span>Note</span>
      <textarea
        ref={field}
        aria-label="Note"
        rows={1}
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
