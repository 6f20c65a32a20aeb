// What a text is made of, and every walk over it. Whatever comes is something: what is neither written nor a
// file of the session is `other`, and shows as it is.

import type { Message, Text } from "./types";

/** The files of a session that a part can be, by kind, and the names that they have there. */
const names = {
  image: /^[0-9a-f]{40}\.(?:png|jpeg|webp|gif)$/,
  audio: /^[0-9a-f]{40}\.(?:wav|mp3|ogg|flac|webm)$/,
};

export type MediaKind = keyof typeof names;

export interface Media {
  kind: MediaKind;
  name: string;
}

export type Part = { kind: "text"; text: string } | Media | { kind: "other"; value: unknown };

function isMediaKind(kind: unknown): kind is MediaKind {
  return typeof kind === "string" && Object.hasOwn(names, kind);
}

function isMedia(part: Part): part is Media {
  return isMediaKind(part.kind);
}

function readPart(stored: unknown): Part {
  if (typeof stored === "string") return { kind: "text", text: stored };
  const part = (stored ?? {}) as Record<string, unknown>;
  const { type: kind, text } = part;
  if (isMediaKind(kind)) {
    const name = part[kind];
    if (typeof name === "string" && names[kind].test(name)) return { kind, name };
  }
  return typeof text === "string" ? { kind: "text", text } : { kind: "other", value: stored };
}

/** The parts of what a message says; text is one, and nothing is none. */
export function partsIn(message: Message): readonly Part[] {
  const content: unknown = message?.content;
  if (content === null || content === undefined) return [];
  return Array.isArray(content) ? content.map(readPart) : [readPart(content)];
}

/** The files of the session that a text refers to. */
export function mediaOf(text: Text): readonly Media[] {
  return Array.isArray(text) ? text.flatMap(partsIn).filter(isMedia) : [];
}

/** The file that is all there is to a text, if one is. */
export function onlyMediaOf(messages: readonly Message[]): Media | undefined {
  const [part, more] = messages.flatMap(partsIn);
  return messages.length === 1 && part && !more && isMedia(part) ? part : undefined;
}

/** Whether a text has a file of the session of that kind in it. */
export function contains(wanted: MediaKind, text: Text): boolean {
  return mediaOf(text).some(({ kind }) => kind === wanted);
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "(unreadable)";
  }
}

function partText(part: Part): string {
  if (part.kind === "text") return part.text;
  return part.kind === "other" ? json(part.value) : `[${part.kind}]`;
}

function messageText(message: Message): string {
  const calls = message?.tool_calls;
  const said = [partsIn(message).map(partText).join("\n\n")];
  if (calls !== null && calls !== undefined) said.push(json(calls));
  return said.filter(Boolean).join("\n");
}

/** The words of a prompt or response, for copies, lengths and comparisons. */
export function plainText(text: Text): string {
  if (typeof text === "string") return text;
  if (!Array.isArray(text)) return text === null || text === undefined ? "" : json(text);
  const [first] = text;
  if (text.length === 1 && first) return messageText(first);
  return text.map((message) => `${message?.role}: ${messageText(message)}`).join("\n\n");
}

/**
 * The words of a response that can be edited: those of its last message, beside what files there are; null
 * where it has none, or several texts.
 */
export function editableText(text: Text): string | null {
  if (typeof text === "string") return text;
  const last = text.at(-1);
  const [words, more] = (last ? partsIn(last) : []).filter((part) => !isMedia(part));
  return words?.kind === "text" && !more ? words.text : null;
}
