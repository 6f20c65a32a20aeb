// What others said of the pair on screen, where it is to be decided on which people part.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { renderText } from "../content";
import { bindingOf } from "../keys";
import type { Choice, Vote } from "../protocol";
import type { Surface } from "./actions";
import { lasting } from "./lasting";
import { cueForMore } from "./scrolling";
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
  const frame = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [outer, inner] = [frame.current, body.current];
    inner?.scrollTo(0, 0);
    if (outer && inner) return lasting((signal) => cueForMore(outer, inner, signal));
  }, [pair?.id]);
  if (votes.length === 0) return null;
  const groups = ORDER.map(
    (choice) => [choice, votes.filter((vote) => vote.choice === choice)] as const,
  ).filter(([, own]) => own.length > 0);
  return (
    <section class="votes" aria-label="What others said" ref={frame}>
      <p class="votes-head">
        <b>What others said</b>
        {groups.map(([choice, own]) => (
          <span key={choice}>
            {withSide(COUNTED[choice])} {own.length}
          </span>
        ))}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by Tab */}
      <div class="votes-body" tabIndex={0} ref={body}>
        <div class="votes-groups">
          {groups.map(([choice, own]) => (
            <ul key={choice}>
              {own.map((vote) => (
                <OneVote key={vote.by} vote={vote} surface={surface} />
              ))}
            </ul>
          ))}
        </div>
      </div>
    </section>
  );
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
