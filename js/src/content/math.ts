import temml from "temml";
import type { MathRenderer } from "./types";

const attributes = new Set(
  (
    "accent accentunder columnalign columnlines columnspacing columnspan depth dir display displaystyle encoding " +
    "fence height largeop linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize " +
    "movablelimits notation rowalign rowlines rowspacing rowspan rspace scriptlevel separator stretchy symmetric " +
    "voffset width xmlns"
  ).split(" "),
);
const plainDeclarations = /^(?:[a-z-]+: ?[\w #%.,-]+; ?)*(?:[a-z-]+: ?[\w #%.,-]+)?$/;

const mathNamespace = "http://www.w3.org/1998/Math/MathML";

/**
 * Keeps what MathML needs and Temml made; a formula's author gets no attribute of their own, and no link:
 * `\\ref` makes one, to somewhere in the notebook's page.
 */
function strip(drawn: Element): void {
  for (const part of drawn.querySelectorAll("*")) {
    if (part.namespaceURI !== mathNamespace && part.localName !== "span") {
      part.replaceWith(...part.childNodes);
      continue;
    }
    for (const { name, value } of [...part.attributes]) {
      const ours =
        attributes.has(name) ||
        name === "class" ||
        (name === "style" && plainDeclarations.test(value));
      if (!ours) part.removeAttribute(name);
    }
  }
}

/** Draws TeX as MathML. Throws where it is no TeX, so that its source shows instead. */
const render: MathRenderer = (tex, element, display) => {
  temml.render(tex, element, {
    displayMode: display,
    throwOnError: true,
    trust: false,
    strict: false,
    maxExpand: 200,
    maxSize: [20, 500],
  });
  strip(element);
  // A sign with its stroke as one character: many a font sets the stroke beside it.
  for (const sign of element.querySelectorAll("mo")) {
    sign.textContent = (sign.textContent ?? "").normalize("NFC");
  }
};

export default render;
