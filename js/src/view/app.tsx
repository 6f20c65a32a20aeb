import { useLayoutEffect } from "preact/hooks";
import type { Link } from "../kernel/link";
import type { Standing } from "../protocol";
import { expectedStanding, type NoticeKind } from "../state";
import { hasFocus, type Surface } from "./actions";
import { useSettled } from "./after-paint";
import { Controls } from "./controls";
import { EndScreen } from "./end-screen";
import { Header } from "./header";
import { Line } from "./line";
import { OpenPanel } from "./panel";
import { Remarks } from "./remarks";
import { Stage } from "./stage";
import { Votes } from "./votes";

interface AppProps {
  surface: Surface;
  summary: Summary;
}

/** The whole widget: what it shows follows from the link's state alone. */
export function App({ surface, summary }: AppProps) {
  const { link, shown, root } = surface;
  // Read here, so that the app is drawn anew with each change of the state: any may take away a button,
  // which takes the focus with it, and the next key is still meant for us.
  const { notices, standing } = link.state.value;
  const hadFocus = hasFocus(root);
  useLayoutEffect(() => {
    if (hadFocus && !hasFocus(root)) (root.host as HTMLElement).focus({ preventScroll: true });
  });
  const phase = shown.phase.value;
  if (phase === "connecting") return <Connecting link={link} summary={summary} />;
  const isAtWork = phase === "labeling" || phase === "waiting";
  const isBeside = surface.panel.value === "guidelines";
  return (
    <div class={`frame${isAtWork ? " at-work" : ""}${isBeside ? " beside" : ""}`}>
      <Header surface={surface} />
      <Notice kind="news" text={notices.news} surface={surface} />
      <Notice kind="refusal" text={notices.refusal} surface={surface} />
      <p class="announcement" aria-live="polite">
        {phase === "labeling" && <Announced surface={surface} />}
      </p>
      {phase === "read-only" && <ReadOnly standing={standing} />}
      {phase === "done" && <EndScreen surface={surface} />}
      {isAtWork && (
        <>
          <Stage surface={surface} />
          <Votes surface={surface} />
          <Remarks surface={surface} />
          <Line surface={surface} />
          <Controls surface={surface} />
        </>
      )}
      <OpenPanel surface={surface} />
    </div>
  );
}

/** What a screen reader says when a pair comes. */
function Announced({ surface }: { surface: Surface }) {
  const { labeled, total } = expectedStanding(useSettled(surface));
  return `Next pair. ${labeled} of ${total} labeled.`;
}

/** What the saved notebook holds of the session: see summary.py. */
export interface Summary {
  name: string;
  open: string;
  total: number;
  labeled: number;
  skipped: number;
  at: string;
}

function Connecting({ link, summary }: { link: Link; summary: Summary }) {
  if (link.connection.value === "up") {
    return <p class="message">Waiting for the kernel…</p>;
  }
  return (
    <div class="message">
      <p>
        <strong>tiebreak session “{summary.name}”</strong>: {summary.labeled} of {summary.total}{" "}
        pairs labeled{summary.skipped > 0 && `, ${summary.skipped} skipped`} ({summary.at}).
      </p>
      <p>
        No kernel answers yet; a busy one will. To go on without waiting, run this cell, or open the
        session anywhere: <code>{summary.open}</code>
      </p>
    </div>
  );
}

function ReadOnly({ standing: { labeled, total } }: { standing: Standing }) {
  return (
    <div class="message">
      <p>
        Open for reading: {labeled} of {total} pairs are labeled. To label, open the session without{" "}
        <code>read_only=True</code>.
      </p>
    </div>
  );
}

interface NoticeProps {
  kind: NoticeKind;
  text: string | null;
  surface: Surface;
}

/** Always there, since a screen reader may only announce what comes into a region that it knows. */
function Notice({ kind, text, surface }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === "refusal" ? "alert" : "status"}>
      {text !== null && (
        <>
          <span>{text}</span>
          <button type="button" onClick={() => surface.verbs.dismiss(kind)}>
            Dismiss
          </button>
        </>
      )}
    </div>
  );
}
