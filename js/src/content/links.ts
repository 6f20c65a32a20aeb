import { appendText, visible } from "./characters";
import { element } from "./dom";

const schemes = new Set(["http:", "https:", "mailto:"]);
const shownTargetCharacters = 60;

/** The absolute address of a link that may be followed, or nothing. */
export function safeTarget(written: string): URL | undefined {
  if (!URL.canParse(written)) return undefined;
  const target = new URL(written);
  return schemes.has(target.protocol) ? target : undefined;
}

/** Where a link leads, short: the host always whole and in ASCII, a login name left out. */
function shownTarget(target: URL): string {
  if (target.protocol === "mailto:") return target.pathname;
  const path = `${target.pathname}${target.search}${target.hash}`;
  const rest = path === "/" ? "" : path;
  const room = Math.max(8, shownTargetCharacters - target.host.length);
  return target.host + (rest.length > room ? `${rest.slice(0, room)}…` : rest);
}

function bare(address: string): string {
  return address.replace(/^(?:https?:\/\/|mailto:)/i, "").replace(/\/$/, "");
}

/** A link that opens in a new tab and shows where it leads. `text` holds what was written for it. */
export function linkElement(target: URL, title: string, text: Node): Node {
  const link = element("a");
  link.href = target.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.title = title ? `${target.href}\n${visible(title)}` : target.href;
  link.append(text);
  const written = bare((link.textContent ?? "").trim());
  if (written === bare(target.href)) return link;
  const where = element("span", "link-target");
  appendText(where, ` (${shownTarget(target)})`);
  const both = document.createDocumentFragment();
  both.append(link, where);
  return both;
}
