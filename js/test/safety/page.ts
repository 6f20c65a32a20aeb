// What tests/browser/test_safety.py runs in a real browser: every payload in every place a text can
// put it, drawn as the widget draws it, and a list of all in the DOM that we would not put there.

import { type NeedModule, plainText, renderText, type Text, whenComplete } from "../../src/content";
import code from "../../src/content/code-module";
import diffContent from "../../src/content/diff";
import math from "../../src/content/math";
import player from "../../src/content/player";
import { CONTENT_STYLES } from "../../src/content/styles";

const html = new Set(
  (
    "a blockquote br button code del details div em h1 h2 h3 h4 h5 h6 hr img li mark ol p pre span strong " +
    "summary table tbody td th thead tr ul wbr"
  ).split(" "),
);
const mathml = new Set(
  (
    "annotation math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow " +
    "ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics"
  ).split(" "),
);
const attributes: Readonly<Record<string, RegExp>> = {
  alt: /(?:)/,
  "aria-busy": /^true$/,
  "aria-label": /(?:)/,
  "aria-pressed": /^(?:true|false)$/,
  class: /^[\w -]*$/,
  "data-alike": /^\d+$/,
  "data-kind": /^(?:code|link|name|negation|number)$/,
  decoding: /^async$/,
  dir: /^(?:auto|ltr|rtl)$/,
  href: /^(?:https?:\/\/|mailto:)/,
  open: /^$/,
  referrerpolicy: /^no-referrer$/,
  rel: /^noopener noreferrer$/,
  role: /^(?:group|img)$/,
  scope: /^col$/,
  src: /^data:image\/(?:png|jpeg|webp|gif);base64,[\w+/]+={0,2}$/,
  start: /^-?\d+$/,
  tabindex: /^0$/,
  target: /^_blank$/,
  title: /(?:)/,
  type: /^button$/,
};
const mathAttribute =
  /^(?:accent|accentunder|class|column(?:align|lines|spacing|span)|depth|dir|display|displaystyle|encoding|fence|height|largeop|linethickness|lspace|math(?:background|color|size|variant)|maxsize|minsize|movablelimits|notation|row(?:align|lines|spacing|span)|rspace|scriptlevel|separator|stretchy|style|symmetric|voffset|width|xmlns)$/;
const mathNamespace = "http://www.w3.org/1998/Math/MathML";
const unsafeStyle = /url|image|expression|import|behavior|binding|position|[\\@<>"']/i;

function strangeAttribute(owner: Element, { name, value }: Attr): boolean {
  if (owner.namespaceURI !== mathNamespace) {
    return !Object.hasOwn(attributes, name) || !attributes[name]?.test(value);
  }
  return !mathAttribute.test(name) || (name === "style" && unsafeStyle.test(value));
}

/** Everything below `root` that we would not have put there. */
export function strangers(root: ParentNode): string[] {
  const found: string[] = [];
  for (const each of root.querySelectorAll("*")) {
    const known = each.namespaceURI === mathNamespace ? mathml : html;
    if (!known.has(each.localName) || each.shadowRoot) found.push(`<${each.localName}>`);
    for (const attribute of each.attributes) {
      if (!strangeAttribute(each, attribute)) continue;
      found.push(`<${each.localName} ${attribute.name}="${attribute.value.slice(0, 80)}">`);
    }
    const isLink = each instanceof HTMLAnchorElement;
    if (isLink && (each.target !== "_blank" || each.rel !== "noopener noreferrer")) {
      found.push("a link that keeps its page");
    }
  }
  return found;
}

const oneLine = (payload: string): string => payload.replace(/[\r\n]+/g, " ");

/** A payload in every place a text can put it. */
function places(payload: string): Text[] {
  const line = oneLine(payload);
  return [
    payload,
    `Some *text*, ${payload} and **more**`,
    `# ${line}`,
    `- item\n\n  ${payload}\n\n> ${line}`,
    `| a | ${line} |\n|---|---|\n| ${line} | b |`,
    `\`${payload}\` and \`\`${payload}\`\``,
    `\`\`\`\n${payload}\n\`\`\``,
    `~~~html\n${payload}\n~~~`,
    `\`\`\`${payload}\ncode\n\`\`\``,
    `[text](${payload})`,
    `[text](<${line}> "${line}")`,
    `[${payload}](https://example.com/ "${payload}")`,
    `![alt](${payload})`,
    `![alt](<${line}>)`,
    `![${payload}](https://example.com/a.png "${payload}")`,
    `<${payload}>`,
    `[a]: ${payload}\n\n[a] ![a]`,
    `[a]: <${line}> "${line}"\n\n[text][a] ![text][a]`,
    `$${line}$ \\(${line}\\)\n\n$$\n${payload}\n$$`,
    `$\\text{${line}} \\href{${line}}{x} \\color{${line}}x$`,
    JSON.stringify({ [payload]: payload }),
    chat(payload),
    hostileChat(payload),
  ];
}

function chat(payload: string): Text {
  const call = { type: "function", function: { name: payload, arguments: payload } };
  return [
    { role: "system", content: payload },
    { role: "user", content: `See ${payload}` },
    { role: "assistant", content: payload, tool_calls: [call, { name: payload, input: payload }] },
    { role: "tool", name: payload, content: payload },
  ];
}

/** Messages as no trainer writes them: parts of every kind, and roles that are no roles. */
function hostileChat(payload: string): Text {
  const parts = [payload, { text: payload }, { type: "image_url", image_url: { url: payload } }];
  return [
    { role: payload, content: payload, name: payload, tool_calls: payload, function_call: payload },
    { role: "user", content: parts, [payload]: payload },
    { role: "assistant", content: { type: payload, props: { innerHTML: payload } } },
  ] as unknown as Text;
}

const stage = document.createElement("div");
const shadow = stage.attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(CONTENT_STYLES);
shadow.adoptedStyleSheets = [sheet];
document.body.append(stage);

const events = ["click", "error", "load", "mouseover", "focus", "toggle"];

/** Opens what is folded, and lets happen what an event handler would wait for. */
function provoke(root: ParentNode): void {
  for (const each of root.querySelectorAll("*")) {
    if (each instanceof HTMLDetailsElement) each.open = true;
    if (each instanceof HTMLButtonElement || each instanceof HTMLAnchorElement) continue;
    for (const name of events) each.dispatchEvent(new Event(name));
  }
}

function show(...shown: Node[]): string[] {
  shadow.replaceChildren(...shown);
  provoke(shadow);
  return strangers(shadow);
}

const modules = { math, code, differences: diffContent, player };
const need: NeedModule = (name) => modules[name];

async function checkText(text: Text): Promise<string[]> {
  const drawn = renderText(text, { need });
  const found = show(drawn);
  await new Promise<void>((done) => whenComplete([drawn], done));
  const other = renderText(text, { images: "never" });
  other.append(renderText(text, { raw: true }));
  const { undo } = diffContent(drawn, other, { fold: true });
  found.push(...show(drawn, other));
  undo();
  if (typeof plainText(text) !== "string") found.push("plainText gave no text");
  return found;
}

function checkFormula(tex: string): string[] {
  const found: string[] = [];
  for (const display of [false, true]) {
    const drawn = document.createElement("span");
    try {
      math(tex, drawn, display);
    } catch {}
    found.push(...show(drawn));
  }
  return found;
}

/** How many texts were drawn, and what was found that should not be there, by payload. */
export async function check(lines: readonly string[]): Promise<{ texts: number; found: string[] }> {
  const found: string[] = [];
  let texts = 0;
  for (const line of lines) {
    const { payload } = JSON.parse(line) as { payload: unknown };
    if (typeof payload !== "string") continue;
    for (const text of places(payload)) {
      texts += 1;
      for (const each of await checkText(text)) found.push(`${each} in ${JSON.stringify(text)}`);
    }
    for (const each of checkFormula(payload)) found.push(`${each} in TeX ${line}`);
  }
  return { texts, found };
}

/** What a careless widget does with text. The test must see that this goes wrong. */
export function carelessly(payload: string): string[] {
  const careless = document.createElement("div");
  careless.innerHTML = payload;
  return show(careless);
}
