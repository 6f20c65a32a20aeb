import { limits } from "./limits";

/** Whether a text is a JSON object or array: shown as it is, not as Markdown. */
export function isJson(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length > limits.characters) return false;
  const ends = `${trimmed.charAt(0)}${trimmed.at(-1)}`;
  if (ends !== "{}" && ends !== "[]") return false;
  try {
    JSON.parse(trimmed);
    return true;
  } catch {
    return false;
  }
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * JSON with a line for each member; its numbers and strings stay as they were written. Where it is too deep
 * to be set in further at each level, it stays as it is.
 */
export function laidOut(json: string): string {
  const made: string[] = [];
  let depth = 0;
  let last = "";
  for (const [part] of json.matchAll(token)) {
    const opened = last === "{" || last === "[";
    const closes = part === "}" || part === "]";
    if (closes) depth -= 1;
    if (closes ? !opened : opened || last === ",") made.push(`\n${"  ".repeat(depth)}`);
    if (last === ":") made.push(" ");
    made.push(part);
    if (part === "{" || part === "[") depth += 1;
    if (depth > limits.depth) return json;
    last = part;
  }
  return made.join("");
}
