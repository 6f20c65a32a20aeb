import { contains, type Text } from "../content";
import type { Link } from "../kernel/link";
import { type Action, type Binding, showKey, type Toggle } from "../keys";
import { expectedStanding, type State } from "../state";
import { hasGuidelines, perform, type Surface } from "./actions";
import { useSettled } from "./after-paint";
import { Key } from "./key";

export function Header({ surface }: { surface: Surface }) {
  const { shown } = surface;
  const session = shown.session.value;
  return (
    <div class="header">
      <h2 class="question" title={session?.question}>
        {session?.question}
      </h2>
      <Progress surface={surface} />
      <SaveState surface={surface} />
      {shown.phase.value === "labeling" && <Toggles surface={surface} />}
    </div>
  );
}

function Progress({ surface }: { surface: Surface }) {
  const { labeled, total } = expectedStanding(useSettled(surface));
  const percent = total > 0 ? (100 * labeled) / total : 0;
  return (
    <div class="progress">
      <span class="progress-bar" aria-hidden="true">
        <span class="progress-done" style={{ width: `${percent}%` }} />
      </span>
      <span>
        {labeled} of {total}
      </span>
    </div>
  );
}

const hasImage = (text: Text) => contains("image", text);

/** How the texts are read, and what can be looked up. */
function Toggles({ surface }: { surface: Surface }) {
  const { shown, toggles, panel, placing } = surface;
  const session = shown.session.value;
  const pair = shown.pair.value;
  const isIdle: Partial<Record<Toggle, boolean>> = {
    fold: !toggles.differences.value,
    actual: !pair || ![pair.prompt, pair.left, pair.right].some(hasImage),
  };
  const offered = shown.bindings.value.filter(({ action }) => {
    if (action.kind === "toggle") return !isIdle[action.what];
    if (action.kind === "place") return action.where === "full" || placing.canFloat;
    if (action.kind !== "open") return false;
    return action.panel === "help" || (action.panel === "guidelines" && hasGuidelines(session));
  });
  // Those that come and go stand first: the row ends on the right, and no other moves under the pointer.
  const comes = ({ action }: Binding) => action.kind === "toggle" && action.what in isIdle;
  const inOrder = [...offered.filter(comes), ...offered.filter((binding) => !comes(binding))];
  const isOn = (action: Action) =>
    (action.kind === "toggle" && toggles[action.what].value) ||
    (action.kind === "place" && placing.where.value === action.where) ||
    (action.kind === "open" && panel.value === action.panel);
  return (
    <div class="toggles">
      {placing.where.value === "full" && placing.canFillScreen && (
        <button type="button" class="toggle toggle-screen" onClick={placing.fillScreen}>
          Full screen
        </button>
      )}
      {inOrder.map(({ id, name, short, keys, action }) => (
        <button
          key={name}
          type="button"
          class={`toggle toggle-${id}`}
          title={name}
          aria-pressed={isOn(action)}
          aria-keyshortcuts={keys.join(" ")}
          onClick={() => perform(surface, action)}
        >
          <span class="unseen">{name}</span>
          <span class="toggle-text" aria-hidden="true">
            {short}
          </span>
          <Key>{showKey(keys[0] ?? "")}</Key>
        </button>
      ))}
    </div>
  );
}

/** Characters that take a row of their own. */
const LONG = 20;

/** The truth about what is on disk. */
function SaveState({ surface }: { surface: Surface }) {
  const { link } = surface;
  const settled = useSettled(surface);
  // Until a change is on disk, what is there counts as many, but is not what was last said.
  const state = addsOnly(link.state.value) ? settled : link.state.value;
  const { pending } = state;
  const [kind, text] = saveState(link, state);
  const isRefused = pending.some(({ refusal }) => refusal !== undefined);
  return (
    <div class={`save-state ${kind}${text.length > LONG ? " long" : ""}`}>
      <span role="status">{text}</span>
      {isRefused && (
        <button type="button" onClick={link.retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Whether all that waits to be saved are first labels, none of them a change or taken back. */
function addsOnly({ pending }: State): boolean {
  return pending.every(({ effect }) => effect.labeled + effect.skipped === 1);
}

function saveState(
  link: Link,
  { pending, standing, session }: State,
): ["saved" | "saving" | "unsaved", string] {
  const count = pending.length;
  const refusal = pending.find((entry) => entry.refusal !== undefined)?.refusal;
  if (session?.readOnly) return ["saved", "Read only"];
  if (refusal !== undefined) return ["unsaved", `${count} not saved: ${refusal}`];
  const saved = `Saved ${standing.labeled + standing.skipped}`;
  const kept = link.durable() ? "your choices are kept" : "keep this page open until then";
  switch (link.connection.value) {
    case "gone":
      return count === 0
        ? [
            "unsaved",
            `${saved}. The kernel was restarted or shut down: run this cell again to go on`,
          ]
        : [
            "unsaved",
            `${count} not saved: the kernel was restarted or shut down. Run this cell again; ${kept}`,
          ];
    case "silent":
      return ["saving", `Saving ${count}: waiting for the kernel; ${kept}`];
    case "up":
      return count > 0 ? ["saving", `Saving ${count}`] : ["saved", saved];
  }
}
