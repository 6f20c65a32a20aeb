import { type Binding, bindingsOf } from "../keys";
import { phase } from "../store";
import { perform, type Surface } from "./perform";
import { Side } from "./stage";

const KEY_LABELS: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  Backspace: "⌫",
};

const SIDES: Record<string, preact.ComponentChild> = {
  Left: <Side wide="Left" narrow="First" />,
  Right: <Side wide="Right" narrow="Second" />,
};

/** A text that begins with a side, by the name that the side has where there is no room. */
function withSide(text: string): preact.ComponentChild {
  const [first = "", ...rest] = text.split(" ");
  return (
    <>
      {SIDES[first] ?? first} {rest.join(" ")}
    </>
  );
}

export function Controls({ surface }: { surface: Surface }) {
  const state = surface.link.state.value;
  const scale = state.session?.scale ?? "simple";
  const bindings = bindingsOf(scale);
  const verdicts = bindings.filter(({ action }) => isVerdict(action));
  const others = bindings.filter(({ action }) => !isVerdict(action));
  const last = state.history.at(-1);
  const lastName = last && nameOf(bindings, last.choice, last.strength);
  const canChoose = phase(state) === "labeling";
  return (
    <div class="controls">
      <div class={`verdicts ${scale}`}>
        {verdicts.map((binding) => (
          <ControlButton
            key={binding.name}
            binding={binding}
            surface={surface}
            isEnabled={canChoose}
          />
        ))}
      </div>
      <div class="others">
        <span class="last">{lastName && <>Last: {withSide(lastName)}</>}</span>
        {others.map((binding) => (
          <ControlButton
            key={binding.name}
            binding={binding}
            surface={surface}
            isEnabled={binding.action.kind === "undo" ? last !== undefined : canChoose}
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
}

function ControlButton({ binding, surface, isEnabled }: ControlButtonProps) {
  const { name, short, keys, action } = binding;
  const side = action.kind === "choose" ? action.choice : action.kind;
  return (
    <button
      type="button"
      class={`control ${side}`}
      aria-label={name}
      aria-keyshortcuts={keys.join(" ")}
      // Not `disabled`: a button that loses its focus in the middle of the work loses the keys.
      aria-disabled={!isEnabled}
      title={`${name} (${keys.map((key) => KEY_LABELS[key] ?? key).join(" or ")})`}
      onClick={(event) => {
        // The second click of a double click would label the pair that just came.
        if (isEnabled && event.detail < 2) perform(surface, action);
      }}
    >
      <span class="control-text">{withSide(short)}</span>
      {keys.map((key) => (
        <kbd key={key}>{KEY_LABELS[key] ?? key}</kbd>
      ))}
    </button>
  );
}

function isVerdict(action: Binding["action"]): boolean {
  return action.kind === "choose" && ["left", "tie", "right"].includes(action.choice);
}

function nameOf(
  bindings: readonly Binding[],
  choice: string,
  strength: number | null,
): string | undefined {
  const made = bindings.find(
    ({ action }) =>
      action.kind === "choose" &&
      action.choice === choice &&
      (action.strength ?? null) === strength,
  );
  return made?.name;
}
