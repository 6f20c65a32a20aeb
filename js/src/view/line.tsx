// The line between the pair and the buttons, always there, so that nothing moves when something is said in
// it: what is ticked, a choice that waits, an edit, the last label.

import { describePace } from "../kernel/pace";
import { bindingOf, showKey } from "../keys";
import type { Stopping } from "../protocol";
import { expectedStanding, type Missing, type Remembered } from "../state";
import { keyIn, perform, type Surface } from "./actions";
import { useSettled } from "./after-paint";
import { withSide } from "./side";
import { TickLine } from "./ticks";

export function Line({ surface }: { surface: Surface }) {
  return (
    <div class="line">
      <Held surface={surface} />
      <TickLine surface={surface} />
      <Last surface={surface} />
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
  if (editing !== null) return null;
  return (
    <>
      {choice && (
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
      {edited && (
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

/** What is missing; the key of the note is told only where it would open it. */
function explain(missing: Missing, noteKey: string | null): string {
  switch (missing.kind) {
    case "criterion":
      return `say which is more ${missing.name} first.`;
    case "note":
      return noteKey === null
        ? "a note is asked for; Ctrl+Enter then saves both."
        : `a note is asked for (${noteKey}); Ctrl+Enter then saves both.`;
    case "edited":
      return `the ${missing.side} response was edited, so choose it, or discard the edit.`;
  }
}

/** The last label, and how the work goes. */
function Last({ surface }: { surface: Surface }) {
  const { shown, verbs } = surface;
  const state = useSettled(surface);
  const last = state.history.at(-1);
  if (shown.draft.value.held) return null;
  const name = last && bindingOf(shown.bindings.value, last.choice, last.strength)?.name;
  return (
    <div class="recent">
      <span class="last" aria-live={state.wasQuick ? "polite" : undefined}>
        {name && (
          <>
            Last: {withSide(name)}
            {modelsOf(last)}
            {state.wasQuick && <em> quicker than it can be read</em>}
          </>
        )}
      </span>
      {state.session?.pace && (
        <span class="pace">{describePace(verbs.pace(), expectedStanding(state).upcoming)}</span>
      )}
      {state.stopping && state.stopping.contests > 0 && (
        <span class="pace" role="status" title={STOPPING}>
          {describeStopping(state.stopping)}
        </span>
      )}
    </div>
  );
}

const STOPPING =
  "Whether your labels settle which model is better: of equal ones, they do in at most 5 % of all " +
  "studies, however often you look.";

function describeStopping({ contests, settled }: Stopping): string {
  if (settled === contests) return "models told apart: you may stop";
  return contests === 1 ? "models not told apart yet" : `${settled} of ${contests} told apart`;
}

/** Who wrote the two responses, where the session tells after the choice. */
function modelsOf({ models }: Remembered): string {
  if (!models) return "";
  const [left, right] = models.map((model) => model ?? "unknown");
  return ` (${left} | ${right})`;
}
