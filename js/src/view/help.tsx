import { showKey } from "../keys";
import { hasGuidelines, perform, type Surface } from "./actions";
import { hasAudio } from "./listening";

const GROUPS: readonly [string, string][] = [
  ["choose", "Choose"],
  ["judge", "Say more"],
  ["look", "Look up"],
  ["read", "Read"],
  ["listen", "Listen"],
];

/** Every key, from the table that the handlers use; each can be clicked as well. */
export function Help({ surface }: { surface: Surface }) {
  const { shown } = surface;
  const hears = hasAudio(shown.pair.value);
  const bindings = shown.bindings.value.filter(({ id }) => isOf(surface, id));
  const groups = GROUPS.filter(([group]) => group !== "listen" || hears);
  const lettered = shown.ticks.value.filter(({ ticks }) => ticks.some(({ key }) => key));
  return (
    <div class="panel-body">
      <div class="keys">
        {groups.map(([group, title]) => (
          <div key={group}>
            <h4>{title}</h4>
            {bindings
              .filter((binding) => binding.group === group)
              .map(({ id, name, keys, action }) => (
                <button
                  key={id}
                  type="button"
                  class="panel-row key-row"
                  onClick={() => {
                    if (action.kind !== "open") perform(surface, { kind: "leave" });
                    perform(surface, action);
                  }}
                >
                  <span>{name}</span>
                  <span>
                    {keys.map((key) => (
                      <kbd key={key}>{showKey(key)}</kbd>
                    ))}
                  </span>
                </button>
              ))}
          </div>
        ))}
        {lettered.length > 0 && (
          <div>
            <h4>Tick</h4>
            {lettered.map(({ list, phrase, ticks }) => (
              <p key={`${list} ${phrase}`} class="key-row">
                <span>{phrase}</span>
                <span>{ticks.map(({ key }) => key && <kbd key={key}>{showKey(key)}</kbd>)}</span>
              </p>
            ))}
            <p class="about">
              With Shift for the right response
              {lettered.some(({ list }) => list === "flags") &&
                ", a flag’s third key for the pair itself"}
              .
            </p>
          </div>
        )}
      </div>
      <p class="about">
        Esc gives the keys back to the notebook. A choice that the bar calls saved is on disk.
      </p>
    </div>
  );
}

/** Leaves out what this session has no use for. */
function isOf({ shown, placing }: Surface, id: string): boolean {
  const session = shown.session.value;
  if (id === "ticks") return shown.ticks.value.length > 0;
  if (id === "floating") return placing.canFloat;
  if (id === "guidelines") return hasGuidelines(session);
  if (id === "next_row" || id === "previous_row") return Boolean(session?.form.criteria.length);
  return true;
}
