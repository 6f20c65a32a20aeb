import { appendText } from "./characters";
import type { Context } from "./context";
import { element } from "./dom";
import type { Formula } from "./formulas";

// A formula takes about as long to draw as so much code takes to colour.
const workOfFormula = 10;
const workOfCharacter = 3;

/** Characters of TeX that may be wider than a narrow pane; no line break helps a formula. */
const longTex = 60;

function layoutOf({ display, tex }: Formula): "display" | "wide" | "" {
  if (display) return "display";
  return tex.length > longTex ? "wide" : "";
}

/** A formula: its TeX as written, drawn when the rest is done if there is a renderer. */
export function formulaElement(formula: Formula, block: boolean, context: Context): HTMLElement {
  const made = element(block ? "div" : "span", `formula ${layoutOf(formula)}`.trim());
  const source = element("code", "tex");
  appendText(source, formula.raw.trim());
  made.append(source);
  const math = context.need("math");
  if (math) {
    context.later.push({
      work: workOfFormula + workOfCharacter * formula.tex.length,
      run: () => {
        const drawn = element("span");
        math(formula.tex, drawn, formula.display);
        made.replaceChildren(...drawn.childNodes);
      },
    });
  }
  return made;
}
