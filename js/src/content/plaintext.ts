import { storedNameOf } from "./images";
import type { Message, Text } from "./types";

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(partText).join("\n\n");
  return json(value);
}

function partText(part: unknown): string {
  const text = (part as { text?: unknown } | null)?.text;
  if (storedNameOf(part)) return "[image]";
  return typeof text === "string" ? text : textOf(part);
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "(unreadable)";
  }
}

function messageText(message: Message): string {
  const calls = message?.tool_calls;
  const parts = [textOf(message?.content)];
  if (calls !== null && calls !== undefined) parts.push(json(calls));
  return parts.filter(Boolean).join("\n");
}

/** The text of a prompt or response, for copies, lengths and comparisons. */
export function plainText(text: Text): string {
  if (typeof text === "string") return text;
  if (!Array.isArray(text)) return textOf(text);
  const [first] = text;
  if (text.length === 1 && first) return messageText(first);
  return text.map((message) => `${message?.role}: ${messageText(message)}`).join("\n\n");
}
