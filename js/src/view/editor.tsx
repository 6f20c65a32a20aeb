import { useLayoutEffect, useRef } from "preact/hooks";
import { editableText, startsAtRight } from "../content";
import type { Pair } from "../protocol";
import type { Edited } from "../state";
import { perform, type Surface } from "./actions";

/** The better answer, to be improved where it stands. */
export function Editor({ pair, side, surface }: { pair: Pair; side: Edited; surface: Surface }) {
  const { shown, verbs } = surface;
  const field = useRef<HTMLTextAreaElement>(null);
  const { edit } = shown.draft.value;
  const original = editableText(pair[side]);
  useLayoutEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.setSelectionRange(0, 0);
  }, []);
  if (original === null) {
    return <p class="editor hint">This response has no text that could be edited.</p>;
  }
  return (
    <div class="editor">
      <textarea
        ref={field}
        aria-label={`Edited ${side} response`}
        // With "auto" Chromium would look through all of a long text at each key, for seconds.
        dir={startsAtRight(edit ?? original) ? "rtl" : "ltr"}
        value={edit ?? original}
        onInput={(event) => verbs.edit(event.currentTarget.value)}
      />
      <p class="editor-keys">
        <button type="button" class="small" onClick={() => perform(surface, { kind: "save" })}>
          Choose it, edited <kbd>Ctrl+Enter</kbd>
        </button>
        <button type="button" class="small" onClick={() => perform(surface, { kind: "done" })}>
          Put aside <kbd>Esc</kbd>
        </button>
        <span>The original is kept beside the edit.</span>
      </p>
    </div>
  );
}
