import { endWith } from "./lasting";

export type Theme = "light" | "dark";

/** Keeps `data-theme` on the host true to the page it stands in. */
export function followTheme(host: HTMLElement, signal: AbortSignal): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    host.dataset.theme = themeOf(document.body, document.documentElement, system.matches);
  };
  const observer = new MutationObserver(apply);
  const attributes = {
    attributeFilter: ["class", "data-jp-theme-light", "data-vscode-theme-kind"],
  };
  observer.observe(document.body, attributes);
  observer.observe(document.documentElement, attributes);
  system.addEventListener("change", apply, { signal });
  endWith(signal, observer);
  apply();
}

function themeOf(body: HTMLElement, root: HTMLElement, systemIsDark: boolean): Theme {
  const lab = body.dataset.jpThemeLight;
  if (lab !== undefined) return lab === "true" ? "light" : "dark";
  const code = body.dataset.vscodeThemeKind;
  if (code !== undefined) return code.includes("light") ? "light" : "dark";
  for (const element of [body, root]) {
    if (element.classList.contains("dark")) return "dark";
    if (element.classList.contains("light")) return "light";
  }
  return systemIsDark ? "dark" : "light";
}
