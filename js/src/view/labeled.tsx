import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { showSeconds } from "../kernel/pace";
import { bindingOf } from "../keys";
import { FILTERS, type Filter, type Listed } from "../protocol";
import { perform, type Surface } from "./actions";
import { withSide } from "./side";

const NAMES: Readonly<Record<Filter, string>> = {
  all: "All",
  ties: "Ties",
  skipped: "Skipped",
  noted: "With a note",
  flagged: "Flagged",
  slow: "Slow",
  changed: "Changed",
};

/** What was labeled, newest first; each can be shown again and judged anew. */
export function Labeled({ surface }: { surface: Surface }) {
  const { link, shown, verbs } = surface;
  const { listing } = link.state.value;
  const [asked, setAsked] = useState<string>();
  useEffect(() => verbs.list(listing?.filter ?? "all", null), []);
  // Until it comes the list stays, so that no key is taken for a choice on another pair.
  const hasCome = asked !== undefined && asked === shown.pair.value?.id;
  useLayoutEffect(() => {
    if (hasCome) perform(surface, { kind: "open", panel: "list" });
  }, [hasCome, surface]);
  return (
    <>
      <div class="filters">
        {FILTERS.map((filter) => (
          <button
            key={filter}
            type="button"
            class="small"
            aria-pressed={(listing?.filter ?? "all") === filter}
            onClick={() => verbs.list(filter, null)}
          >
            {NAMES[filter]}
          </button>
        ))}
      </div>
      <div class="panel-body">
        {listing?.isAwaited && <p class="empty">Waiting for the kernel…</p>}
        {listing?.isAwaited === false && listing.items.length === 0 && (
          <p class="empty">No such label.</p>
        )}
        {listing?.items.map((item) => (
          <Row
            key={item.event}
            item={item}
            surface={surface}
            isAsked={asked === item.pair}
            onAsk={() => {
              setAsked(item.pair);
              verbs.show(item.pair);
            }}
          />
        ))}
        {listing?.more && (
          <button
            type="button"
            class="panel-row small"
            onClick={() => verbs.list(listing.filter, listing.items.at(-1)?.event ?? null)}
          >
            Show earlier ones
          </button>
        )}
      </div>
    </>
  );
}

interface RowProps {
  item: Listed;
  surface: Surface;
  isAsked: boolean;
  onAsk: () => void;
}

function Row({ item, surface, isAsked, onAsk }: RowProps) {
  const bindings = surface.shown.bindings.value;
  const marks = [
    isAsked && "waiting for the kernel…",
    item.changed && "changed",
    item.noted && "note",
    item.flagged && "flag",
    item.seconds !== null && showSeconds(item.seconds),
  ].filter(Boolean);
  return (
    <button type="button" class="panel-row labeled-row" onClick={onAsk}>
      <span class="labeled-choice">
        {withSide(bindingOf(bindings, item.choice, item.strength)?.name ?? item.choice)}
      </span>
      <span class="labeled-prompt" dir="auto">
        {item.prompt}
      </span>
      <span class="labeled-marks">{marks.join(" · ")}</span>
    </button>
  );
}
