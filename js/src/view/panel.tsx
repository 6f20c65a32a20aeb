import { useLayoutEffect, useRef } from "preact/hooks";
import { nestHeadings, renderText } from "../content";
import type { Named } from "../protocol";
import { perform, type Surface } from "./actions";
import { Help } from "./help";
import { Labeled } from "./labeled";

/** The level of a panel's own heading. */
const PANEL_HEADING = 3;

const TITLES = { guidelines: "Guidelines", list: "What you labeled", help: "Keys" };

/** What is open beside the pair where there is room, or over it. */
export function OpenPanel({ surface }: { surface: Surface }) {
  const open = surface.panel.value;
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // The guidelines are read beside the work, so the keys stay with the pair.
    if (open === "list" || open === "help") panel.current?.focus({ preventScroll: true });
    panel.current?.firstElementChild?.scrollIntoView({ block: "nearest" });
  }, [open]);
  if (open === null) return null;
  const close = () => perform(surface, { kind: "open", panel: open });
  return (
    <section
      class={`panel ${open}`}
      role={open === "guidelines" ? "region" : "dialog"}
      aria-label={TITLES[open]}
      tabIndex={-1}
      ref={panel}
    >
      <div class="panel-head">
        <h3>{TITLES[open]}</h3>
        <button type="button" class="small" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </div>
      {open === "guidelines" && <Guidelines surface={surface} />}
      {open === "list" && <Labeled surface={surface} />}
      {open === "help" && <Help surface={surface} />}
    </section>
  );
}

function Guidelines({ surface }: { surface: Surface }) {
  const session = surface.shown.session.value;
  const body = useRef<HTMLDivElement>(null);
  const text = session?.guidelines ?? "";
  useLayoutEffect(() => {
    const content = renderText(text, { images: "never" });
    nestHeadings(content, PANEL_HEADING);
    body.current?.replaceChildren(content);
  }, [text]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by Tab
    <div class="panel-body" tabIndex={0}>
      {text ? <div ref={body} /> : <p class="empty">This session has no guidelines.</p>}
      <Definitions title="Criteria" named={session?.form.criteria ?? []} />
      <Definitions title="Principles" named={session?.form.principles ?? []} />
    </div>
  );
}

function Definitions({ title, named }: { title: string; named: readonly Named[] }) {
  const defined = named.filter(({ about }) => about);
  if (defined.length === 0) return null;
  return (
    <div class="definitions">
      <h4>{title}</h4>
      <dl>
        {defined.map(({ name, about }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
