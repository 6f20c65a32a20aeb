import { limits } from "./limits";

/** Whether a text is a JSON object or array: shown as it is, not as Markdown. */
export function isJson(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length > limits.jsonCharacters) return false;
  const ends = `${trimmed.charAt(0)}${trimmed.at(-1)}`;
  if (ends !== "{}" && ends !== "[]") return false;
  try {
    JSON.parse(trimmed);
    return true;
  } catch {
    return false;
  }
}

/** JSON laid out to be read; text that is none stays as it is. */
export function readableJson(value: unknown): string {
  let parsed = value;
  if (typeof value === "string") {
    if (value.length > limits.jsonCharacters) return value;
    try {
      parsed = JSON.parse(value);
    } catch {
      return value;
    }
  }
  return JSON.stringify(parsed, null, 2) ?? String(parsed);
}
