// The list of what was labeled, as it comes from the kernel.

import type { Filter, ListingMessage } from "../protocol";
import type { Listing, State } from "./store";

/** Begins a list of what was labeled, or asks for more of it. */
export function awaitListing(state: State, filter: Filter, isNew: boolean): State {
  const items = isNew ? [] : (state.listing?.items ?? []);
  return { ...state, listing: { filter, items, more: false, isAwaited: true } };
}

export function list(before: Listing | null, { filter, items, more }: ListingMessage): Listing {
  const known = before?.filter === filter ? before.items : [];
  const ids = new Set(items.map(({ event }) => event));
  return {
    filter,
    more,
    isAwaited: false,
    items: [...known.filter(({ event }) => !ids.has(event)), ...items],
  };
}
