import { keyIn, perform, type Surface } from "./actions";
import { Key } from "./key";

const USUAL = 'tb.check(session)\nsession.export("train.jsonl", format="trl")';

export function EndScreen({ surface }: { surface: Surface }) {
  const { shown, verbs } = surface;
  const { total, labeled, ties, both_bad, skipped } = shown.standing.value;
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
        <code>{shown.session.value?.nextStep || USUAL}</code>
      </pre>
      <div class="others">
        {skipped > 0 && (
          <button type="button" class="control" onClick={verbs.revisit}>
            Show the {skipped} skipped once more
          </button>
        )}
        <button
          type="button"
          class="control undo"
          onClick={() => perform(surface, { kind: "undo" })}
        >
          Undo <Key>{keyIn(surface, "undo")}</Key>
        </button>
        <button
          type="button"
          class="control"
          onClick={() => perform(surface, { kind: "open", panel: "list" })}
        >
          What you labeled <Key>{keyIn(surface, "list")}</Key>
        </button>
      </div>
    </div>
  );
}
