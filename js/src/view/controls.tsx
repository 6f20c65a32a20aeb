import { type Binding, showKey } from "../keys";
import type { Held } from "../state";
import { perform, type Surface, turnOf } from "./actions";
import { Key } from "./key";
import { withSide } from "./side";

export function Controls({ surface }: { surface: Surface }) {
  const { link, shown } = surface;
  const state = link.state.value;
  const scale = state.session?.scale ?? "simple";
  const bindings = shown.bindings.value.filter(({ group }) => group === "choose");
  const verdicts = bindings.filter(({ action }) => isVerdict(action));
  const others = bindings.filter(({ action }) => !isVerdict(action));
  const last = state.history.at(-1);
  const held = shown.draft.value.held;
  const isTurn = turnOf(surface) === "choice";
  const canChoose = shown.phase.value === "labeling";
  return (
    <div class={`controls ${scale}${isTurn ? "" : " later"}`}>
      <div class={`verdicts ${scale}`}>
        {verdicts.map((binding) => (
          <ControlButton
            key={binding.name}
            binding={binding}
            surface={surface}
            isEnabled={canChoose}
            isHeld={isSame(binding.action, held)}
          />
        ))}
      </div>
      <div class="others">
        {others.map((binding) => (
          <ControlButton
            key={binding.name}
            binding={binding}
            surface={surface}
            isEnabled={binding.action.kind === "undo" ? Boolean(last ?? held) : canChoose}
          />
        ))}
      </div>
    </div>
  );
}

interface ControlButtonProps {
  binding: Binding;
  surface: Surface;
  isEnabled: boolean;
  isHeld?: boolean;
}

function ControlButton({ binding, surface, isEnabled, isHeld = false }: ControlButtonProps) {
  const { name, short, keys, action } = binding;
  const side = action.kind === "choose" ? action.choice : action.kind;
  const turn = turnOf(surface);
  const isAnswer = action.kind === "choose" && action.choice !== "skip";
  const isIdle = turn === "none" || (turn === "criterion" && isAnswer);
  return (
    <button
      type="button"
      class={`control ${side}${isHeld ? " chosen" : ""}`}
      aria-keyshortcuts={isIdle ? undefined : keys.join(" ")}
      // Not `disabled`: a button that loses its focus in the middle of the work loses the keys.
      aria-disabled={!isEnabled}
      title={`${name} (${keys.map(showKey).join(" or ")})`}
      onClick={(event) => {
        // The second click of a double click would label the pair that just came.
        if (isEnabled && event.detail < 2) perform(surface, action);
      }}
    >
      <span class="unseen">
        {shownName(name)}
        {name}
      </span>
      <span class="control-text" aria-hidden="true">
        {withSide(short)}
      </span>
      {keys.map((key) => (
        <Key key={key} isIdle={isIdle}>
          {showKey(key)}
        </Key>
      ))}
    </button>
  );
}

/** What a side is called where the two stand above each other: who speaks to the page says what is seen. */
function shownName(name: string): preact.ComponentChild {
  const other = { Left: "First", Right: "Second" }[name.split(" ")[0] ?? ""];
  return other && <span class="narrow">{other}: </span>;
}

function isVerdict(action: Binding["action"]): boolean {
  return action.kind === "choose" && ["left", "tie", "right"].includes(action.choice);
}

function isSame(action: Binding["action"], held: Held | undefined): boolean {
  return (
    held !== undefined &&
    action.kind === "choose" &&
    action.choice === held.choice &&
    action.strength === held.strength
  );
}
