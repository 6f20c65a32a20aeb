// What others said of the pair on screen, where it is to be decided on which people part.

import { useLayoutEffect, useRef } from "preact/hooks";
import { renderText } from "../content";
import { bindingOf } from "../keys";
import type { Choice, Vote } from "../protocol";
import type { Surface } from "./actions";
import { withSide } from "./side";

const SIDES: Readonly<Record<string, string>> = { left: "Left", right: "Right", pair: "Pair" };
/** As they stand: whoever chose left is on the left. */
const ORDER: readonly Choice[] = ["left", "tie", "both_bad", "right", "skip"];
const COUNTED: Readonly<Record<Choice, string>> = {
  left: "Left",
  tie: "Tie",
  both_bad: "Both bad",
  right: "Right",
  skip: "Skip",
};

export function Votes({ surface }: { surface: Surface }) {
  const pair = surface.shown.pair.value;
  const votes = pair?.votes ?? [];
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => box.current?.scrollTo(0, 0), [pair?.id]);
  if (votes.length === 0) return null;
  const sorted = ORDER.flatMap((choice) => votes.filter((vote) => vote.choice === choice));
  const counts = ORDER.map((choice) => [choice, countOf(votes, choice)] as const);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by Tab
    <section class="votes" aria-label="What others said" tabIndex={0} ref={box}>
      <p class="votes-head">
        <b>What others said</b>
        {counts
          .filter(([, count]) => count > 0)
          .map(([choice, count]) => (
            <span key={choice}>
              {withSide(COUNTED[choice])} {count}
            </span>
          ))}
      </p>
      <ul>
        {sorted.map((vote) => (
          <OneVote key={vote.by} vote={vote} surface={surface} />
        ))}
      </ul>
    </section>
  );
}

function countOf(votes: readonly Vote[], choice: Choice): number {
  return votes.filter((vote) => vote.choice === choice).length;
}

function OneVote({ vote, surface }: { vote: Vote; surface: Surface }) {
  const bindings = surface.shown.bindings.value;
  const { by, choice, strength = null, note, edited } = vote;
  const name =
    bindingOf(bindings, choice, strength)?.name ??
    [COUNTED[choice], strength !== null && `(${strength} of 3)`].filter(Boolean).join(" ");
  return (
    <li class={`vote of-${choice}`}>
      <Written text={by} /> <strong>{withSide(name)}</strong>
      {edited && <span class="vote-said">with an edit</span>}
      {saidIn(vote).map(([about, text]) => (
        <span key={`${about} ${text}`} class="vote-said">
          {about && <>{withSide(about)}: </>}
          <Written text={text} />
        </span>
      ))}
      {note && (
        <blockquote class="vote-note">
          <Written text={note} />
        </blockquote>
      )}
    </li>
  );
}

/** What is said beside the choice, and what it speaks of. */
function saidIn(vote: Vote): (readonly [about: string, text: string])[] {
  const { reasons = {}, flags = {}, criteria = {}, principles = [] } = vote;
  return [
    ...Object.entries(criteria).map(([name, verdict]) => [COUNTED[verdict], name] as const),
    ...Object.entries(reasons).map(([side, said]) => [SIDES[side] ?? "", said.join(", ")] as const),
    ...Object.entries(flags).map(
      ([side, said]) => [`${SIDES[side] ?? ""} flagged`, said.join(", ")] as const,
    ),
    ...(principles.length > 0 ? [["By", principles.join(", ")] as const] : []),
  ];
}

/** Strangers' words as they were written, what cannot be seen in them included. */
function Written({ text }: { text: string }) {
  const span = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => span.current?.replaceChildren(renderText(text, { raw: true })), [text]);
  return <span class="written" ref={span} />;
}
