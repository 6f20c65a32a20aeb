import { type Modules, type RenderOptions, renderText, type Text } from "../../src/content";

/** Options to render with where some modules have come. */
export function needing(parts: Partial<Modules>): RenderOptions {
  return { need: (name) => parts[name] };
}

/** The modules that a text asks for. */
export function neededFor(text: Text): string[] {
  const needed = new Set<string>();
  renderText(text, {
    need(name) {
      needed.add(name);
      return undefined;
    },
  });
  return [...needed];
}
