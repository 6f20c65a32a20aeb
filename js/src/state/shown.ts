import { computed, type ReadonlySignal } from "@preact/signals";
import { type Binding, bindingsOf, type TickRow, ticksOf } from "../keys";
import type { Named, Pair, Standing } from "../protocol";
import { type Draft, type Missing, NO_FORM } from "./draft";
import { expectedStanding, type Phase, phase } from "./pending";
import { answered, missing } from "./remarks";
import { currentDraft, currentPair, type Session, type State } from "./store";

/** What follows from the state, each worked out once until what it follows from changes. */
export interface Shown {
  session: ReadonlySignal<Session | null>;
  phase: ReadonlySignal<Phase>;
  /** The kernel's counts, with what is still on its way. */
  standing: ReadonlySignal<Standing>;
  pair: ReadonlySignal<Pair | null>;
  draft: ReadonlySignal<Draft>;
  /** What keeps the choice from being sent that was made. */
  missing: ReadonlySignal<Missing | null>;
  /** The criterion that a key answers, or null where it chooses. */
  turn: ReadonlySignal<Named | null>;
  /** What each key does in this session. */
  bindings: ReadonlySignal<readonly Binding[]>;
  /** What can be ticked in this session. */
  ticks: ReadonlySignal<readonly TickRow[]>;
}

export function followState(state: ReadonlySignal<State>): Shown {
  const session = computed(() => state.value.session);
  const bindings = computed(() =>
    bindingsOf(session.value?.scale ?? "simple", session.value?.keys),
  );
  return {
    session,
    phase: computed(() => phase(state.value)),
    standing: computed(() => expectedStanding(state.value)),
    pair: computed(() => currentPair(state.value)),
    draft: computed(() => currentDraft(state.value)),
    missing: computed(() => missing(state.value)),
    turn: computed(() => answered(state.value, "tie")),
    bindings,
    ticks: computed(() => ticksOf(session.value?.form ?? NO_FORM, bindings.value)),
  };
}
