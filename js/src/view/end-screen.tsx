import { expectedStanding } from "../state";
import { keyIn, perform, type Surface } from "./actions";
import { Key } from "./key";

export function EndScreen({ surface }: { surface: Surface }) {
  const { link } = surface;
  const state = link.state.value;
  const { total, labeled, ties, both_bad, skipped } = expectedStanding(state);
  const counts = [
    [labeled - ties - both_bad, "with a better response"],
    [ties, ties === 1 ? "tie" : "ties"],
    [both_bad, "both bad"],
    [skipped, "skipped"],
  ] as const;
  return (
    <div class="end">
      <h3>
        {labeled === total
          ? `All ${total} pairs are labeled`
          : `${labeled} of ${total} pairs are labeled`}
      </h3>
      <ul class="counts">
        {counts
          .filter(([count]) => count > 0)
          .map(([count, what]) => (
            <li key={what}>
              <strong>{count}</strong> {what}
            </li>
          ))}
      </ul>
      <p>Run next:</p>
      <pre class="next">
        <code>{'tb.check(session)\nsession.export("train.jsonl", format="trl")'}</code>
      </pre>
      <div class="others">
        {skipped > 0 && (
          <button type="button" class="control" onClick={link.revisit}>
            Show the {skipped} skipped once more
          </button>
        )}
        <button type="button" class="control undo" onClick={link.undo}>
          Undo <Key>{keyIn(state.session, "undo")}</Key>
        </button>
        <button
          type="button"
          class="control"
          onClick={() => perform(surface, { kind: "open", panel: "list" })}
        >
          What you labeled <Key>{keyIn(state.session, "list")}</Key>
        </button>
      </div>
    </div>
  );
}
