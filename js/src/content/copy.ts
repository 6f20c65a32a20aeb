import { element } from "./dom";

/** Copies by selection, for pages served over plain http, where there is no clipboard interface. */
function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

async function copy(text: string): Promise<boolean> {
  if (!navigator.clipboard) return copyBySelection(text);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** A button that copies `text` and says whether it did. */
export function copyButton(text: string): HTMLButtonElement {
  const button = element("button", "code-copy", "Copy");
  button.type = "button";
  const say = (word: string, label: string): void => {
    button.textContent = word;
    button.setAttribute("aria-label", label);
  };
  say("Copy", "Copy code");
  button.addEventListener("click", async () => {
    const copied = await copy(text).catch(() => false);
    button.focus();
    if (copied) say("Copied", "Code copied");
    else say("Not copied", "The browser refused to copy; select the code instead");
    setTimeout(() => say("Copy", "Copy code"), 2_000);
  });
  return button;
}
