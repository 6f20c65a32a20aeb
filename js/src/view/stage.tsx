import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import {
  type ImagePolicy,
  type Modules,
  type NeedModule,
  nestHeadings,
  type RenderOptions,
  renderText,
  type Text,
  whenComplete,
} from "../content";
import type { Link } from "../kernel/link";
import { bindingOf } from "../keys";
import type { ModuleName, Pair } from "../protocol";
import { isChanged, previousPair } from "../state";
import { keyIn, perform, type Surface } from "./actions";
import { afterPaint, useInTurn } from "./after-paint";
import { Editor } from "./editor";
import { Key } from "./key";
import { lasting } from "./lasting";
import { hasAudio } from "./listening";
import { playIn } from "./players";
import { cueForMore, scrollTogether } from "./scrolling";
import { Side, withSide } from "./side";
import { scaleTogether } from "./zoom";

const PREPARED_AHEAD = 3;
/** The level of the panes' own headings. */
const PANE_HEADING = 3;
const AWAITED = "The differences show when the kernel is free.";

/**
 * The pair on screen, with the next ones and the previous one already laid out behind it, so that
 * a key press only has to swap them.
 */
export function Stage({ surface }: { surface: Surface }) {
  const state = surface.link.state.value;
  const current = surface.shown.pair.value;
  const look = useLook(surface);
  const [prepared, setPrepared] = useState<readonly Pair[]>([]);
  const mounted = new Map(prepared.map((pair) => [pair.id, pair]));
  if (current !== null) mounted.set(current.id, current);

  // After the paint and one at a time, because laying out a pair takes longer than a frame.
  useEffect(() => {
    const previous = previousPair(state);
    const wanted = [...state.deck.slice(0, 1 + PREPARED_AHEAD), ...(previous ? [previous] : [])];
    const laidOut = new Set(mounted.keys());
    const layOutNext = () => {
      const [next, more] = wanted.filter(({ id }) => !laidOut.has(id));
      if (next) laidOut.add(next.id);
      setPrepared(wanted.filter(({ id }) => laidOut.has(id)));
      if (more) stop = afterPaint(layOutNext);
    };
    let stop = afterPaint(layOutNext);
    return () => stop();
  }, [state.deck, state.history]);

  return (
    <div class="stage">
      {[...mounted.values()]
        .sort((a, b) => (a.id < b.id ? -1 : 1)) // a stable order, so that no node ever moves
        .map((pair) => (
          <PairPane
            key={pair.id}
            pair={pair}
            isCurrent={pair.id === current?.id}
            newestLook={look}
            surface={surface}
          />
        ))}
      {current === null && (
        <p class="message">Waiting for the kernel: the next pairs come when it is free.</p>
      )}
    </div>
  );
}

/** How all texts are shown just now. */
interface Look {
  raw: boolean;
  images: ImagePolicy;
  differences: boolean;
  fold: boolean;
  parts: Partial<Modules>;
}

/** The same object for as long as nothing in it changes. */
function useLook({ link, toggles }: Surface): Look {
  const raw = toggles.raw.value;
  const images = link.state.value.session?.images ?? "ask";
  const differences = toggles.differences.value;
  const fold = toggles.fold.value;
  const parts = link.parts.loaded.value;
  return useMemo(
    () => ({ raw, images, differences, fold, parts }),
    [raw, images, differences, fold, parts],
  );
}

interface PairPaneProps {
  pair: Pair;
  isCurrent: boolean;
  newestLook: Look;
  surface: Surface;
}

function PairPane({ pair, isCurrent, newestLook, surface }: PairPaneProps) {
  const article = useRef<HTMLElement>(null);
  const { link, toggles } = surface;
  // A key that changes how texts are shown costs one pair and not five.
  const look = useInTurn(newestLook, isCurrent);
  const options = useRenderOptions(look, link);
  const [reason, setReason] = useState<string>();

  const diffContent = look.parts.differences;
  useLayoutEffect(() => {
    const [left, right] = contentsOf(article.current);
    setReason(undefined);
    if (!look.differences || !left || !right) return;
    if (!diffContent) {
      link.parts.need("differences");
      // Where the kernel is free, what the marks say takes its place, and nothing moves.
      setReason(AWAITED);
      return;
    }
    let undo = () => {};
    const stop = whenComplete([left, right], () => {
      const differences = diffContent(left, right, { fold: look.fold });
      setReason(differences.reason ?? differences.legend);
      undo = differences.undo;
    });
    return () => {
      stop();
      undo();
    };
  }, [pair.left, pair.right, options, diffContent, look.differences, look.fold]);

  useEffect(() => {
    if (!isCurrent || !toggles.together.value) return;
    const bodies = [...(article.current?.querySelectorAll<HTMLElement>(RESPONSES) ?? [])];
    return lasting((signal) => scrollTogether(bodies, signal));
  }, [isCurrent, toggles.together.value]);

  const isActual = toggles.actual.value;
  useLayoutEffect(() => {
    const element = article.current;
    if (!element?.querySelector("img.stored")) return;
    const zoom = () => perform(surface, { kind: "toggle", what: "actual" });
    return lasting((signal) => scaleTogether(element, isActual, zoom, signal));
  }, [pair.prompt, pair.left, pair.right, options, isActual, surface]);

  const openPlayers = look.parts.player;
  const hears = useMemo(() => hasAudio(pair), [pair]);
  useEffect(() => {
    const element = article.current;
    if (!element || !isCurrent || !hears) return;
    if (!openPlayers) {
      link.parts.need("player");
      return;
    }
    return lasting((signal) => playIn(element, pair, openPlayers, surface, signal));
  }, [isCurrent, hears, pair.prompt, pair.left, pair.right, options, openPlayers, surface]);

  useReachable(article, isCurrent, surface.root);

  const isFolded = toggles.prompt.value;
  const editing = isCurrent ? surface.link.state.value.editing : null;
  return (
    <article
      class={`pair${isCurrent ? "" : " prepared"}${isActual ? " actual" : ""}`}
      aria-hidden={!isCurrent}
      data-pair={pair.id}
      ref={article}
    >
      {pair.returning && <p class="hint">Skipped before</p>}
      {pair.label && <Again pair={pair} surface={surface} />}
      {isCurrent && surface.link.state.value.editing === "asking" && (
        <p class="hint" aria-live="polite">
          Which response is better? Choose it, and then improve it.
        </p>
      )}
      <Pane
        name="Prompt"
        text={pair.prompt}
        options={options}
        isCurrent={isCurrent}
        isFolded={isFolded}
        cue={<PromptCue surface={surface} />}
      >
        Prompt
      </Pane>
      {reason !== undefined && (
        <p class="hint legend" role="note">
          {reason}
        </p>
      )}
      {hears && <div class="listening" />}
      <div class="responses">
        <Pane
          name="Left response"
          text={pair.left}
          options={options}
          isCurrent={isCurrent}
          cue={<Away />}
          editor={editing === "left" && <Editor pair={pair} side="left" surface={surface} />}
        >
          <Side wide="Left" narrow="First" />
        </Pane>
        <Pane
          name="Right response"
          text={pair.right}
          options={options}
          isCurrent={isCurrent}
          editor={editing === "right" && <Editor pair={pair} side="right" surface={surface} />}
        >
          <Side wide="Right" narrow="Second" />
        </Pane>
      </div>
    </article>
  );
}

/**
 * Lets a pair be focused, found and clicked for as long as it is on screen. After the paint, because the
 * browser looks it up for each element inside; until then it is only seen, and keys are the widget's own.
 */
function useReachable(
  article: RefObject<HTMLElement | null>,
  isCurrent: boolean,
  root: ShadowRoot,
): void {
  useLayoutEffect(() => {
    article.current?.toggleAttribute("inert", !isCurrent);
  }, []);
  useEffect(() => {
    const element = article.current;
    if (!element || element.hasAttribute("inert") !== isCurrent) return;
    return afterPaint(() => {
      // What had the focus would take the keys with it.
      if (!isCurrent && element.contains(root.activeElement)) {
        (root.host as HTMLElement).focus({ preventScroll: true });
      }
      element.toggleAttribute("inert", !isCurrent);
    });
  }, [isCurrent]);
}

/** Shown while the widget has not the focus, in a place that is first to be in view. */
function Away() {
  return (
    <p class="away" aria-hidden="true">
      Click here to use the keys
    </p>
  );
}

/** Shown where the prompt has more than its box holds, beside its text and never over it. */
function PromptCue({ surface }: { surface: Surface }) {
  return (
    <button
      type="button"
      class="cue"
      tabIndex={-1}
      aria-hidden="true"
      onClick={() => perform(surface, { kind: "prompt" })}
    >
      <Key>{keyIn(surface, "prompt_page")}</Key>
    </button>
  );
}

/** Says that a pair was labeled before, and how. */
function Again({ pair, surface }: { pair: Pair; surface: Surface }) {
  const { link, shown } = surface;
  const { choice = "skip", strength = null } = pair.label ?? {};
  const name = bindingOf(shown.bindings.value, choice, strength)?.name ?? choice;
  return (
    <p class="hint">
      You chose: {withSide(name)}. Choose anew, or{" "}
      <button type="button" class="small" onClick={() => perform(surface, { kind: "leave" })}>
        {isChanged(link.state.value) ? "Save the changes" : "Keep it"} <Key>Esc</Key>
      </button>
    </p>
  );
}

/** The same object for as long as nothing in it changes, so that nothing is rendered anew. */
function useRenderOptions({ raw, images, parts }: Look, link: Link): RenderOptions {
  // What this pair's texts asked for in vain; when it comes, they are rendered once more.
  const missing = useRef(new Set<ModuleName>());
  const options = useRef<RenderOptions>({});
  const before = options.current;
  const hasCome = [...missing.current].some((name) => parts[name]);
  if (hasCome || before.raw !== raw || before.images !== images) {
    missing.current.clear();
    const need: NeedModule = (name) => {
      const part = link.parts.need(name);
      if (!part) missing.current.add(name);
      return part;
    };
    options.current = { raw, images, need, stored: link.media.show };
  }
  return options.current;
}

const RESPONSES = ".response .pane-body";

function contentsOf(article: HTMLElement | null): (HTMLElement | undefined)[] {
  const contents = article?.querySelectorAll<HTMLElement>(`${RESPONSES} > .content`) ?? [];
  return [...contents];
}

interface PaneProps {
  name: string;
  text: Text;
  options: RenderOptions;
  isCurrent: boolean;
  isFolded?: boolean;
  cue?: preact.ComponentChild;
  editor?: preact.ComponentChild;
  children: preact.ComponentChildren;
}

function Pane({ name, text, options, isCurrent, isFolded, cue, editor, children }: PaneProps) {
  const pane = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const kind = name === "Prompt" ? "prompt" : "response";
  useLayoutEffect(() => {
    const shown = new AbortController();
    const content = renderText(text, { ...options, signal: shown.signal });
    for (const image of content.querySelectorAll<HTMLImageElement>("img.stored")) {
      image.alt = `${name} image`;
    }
    nestHeadings(content, PANE_HEADING);
    body.current?.replaceChildren(content);
    return () => shown.abort();
  }, [text, options, name]);
  // Undone, it is read from the top again. Done when it leaves, after the paint: on a key press it
  // would have the whole page laid out twice.
  useEffect(() => {
    if (!isCurrent) body.current?.scrollTo(0, 0);
  }, [isCurrent]);
  useEffect(() => {
    const [frame, inside] = [pane.current, body.current];
    if (frame && inside) return lasting((signal) => cueForMore(frame, inside, signal));
  }, [text, options]);
  return (
    <section class={`pane ${kind}${isFolded ? " folded" : ""}`} aria-label={name} ref={pane}>
      <div class="pane-head">
        <h3 class="pane-label">{children}</h3>
        {cue}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by Tab */}
      <div class="pane-body" ref={body} tabIndex={0} />
      {editor}
    </section>
  );
}
