import { useEffect } from "preact/hooks";
import type { Filter, Listed } from "../protocol";
import { nameOf } from "./controls";
import { bindingsIn, perform, type Surface } from "./perform";
import { withSide } from "./side";

const FILTERS: readonly [Filter, string][] = [
  ["all", "All"],
  ["ties", "Ties"],
  ["skipped", "Skipped"],
  ["noted", "With a note"],
  ["flagged", "Flagged"],
  ["slow", "Slow"],
  ["changed", "Changed"],
];

/** What was labeled, newest first; each can be shown again and judged anew. */
export function Labeled({ surface }: { surface: Surface }) {
  const { link } = surface;
  const { listing } = link.state.value;
  useEffect(() => link.list(listing?.filter ?? "all", null), []);
  return (
    <>
      <div class="filters">
        {FILTERS.map(([filter, text]) => (
          <button
            key={filter}
            type="button"
            class="small"
            aria-pressed={(listing?.filter ?? "all") === filter}
            onClick={() => link.list(filter, null)}
          >
            {text}
          </button>
        ))}
      </div>
      <div class="panel-body">
        {listing?.isAwaited && <p class="empty">Waiting for the kernel…</p>}
        {listing?.isAwaited === false && listing.items.length === 0 && (
          <p class="empty">No such label.</p>
        )}
        {listing?.items.map((item) => (
          <Row key={item.event} item={item} surface={surface} />
        ))}
        {listing?.more && (
          <button
            type="button"
            class="panel-row small"
            onClick={() => link.list(listing.filter, listing.items.at(-1)?.event ?? null)}
          >
            Show earlier ones
          </button>
        )}
      </div>
    </>
  );
}

function Row({ item, surface }: { item: Listed; surface: Surface }) {
  const { link } = surface;
  const bindings = bindingsIn(link.state.value.session);
  const marks = [
    item.changed && "changed",
    item.noted && "note",
    item.flagged && "flag",
    item.seconds !== null && `${Math.round(item.seconds)} s`,
  ].filter(Boolean);
  return (
    <button
      type="button"
      class="panel-row labeled-row"
      onClick={() => {
        perform(surface, { kind: "open", panel: "list" });
        link.show(item.pair);
      }}
    >
      <span class="labeled-choice">
        {withSide(nameOf(bindings, item.choice, item.strength) ?? item.choice)}
      </span>
      <span class="labeled-prompt" dir="auto">
        {item.prompt}
      </span>
      <span class="labeled-marks">{marks.join(" · ")}</span>
    </button>
  );
}
