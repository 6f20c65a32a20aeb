// The images and audio of a session: asked of the kernel when they are first to be shown, kept up to a
// limit, and shown from memory as blobs, so that no address is ever requested.

/** Bytes kept for pairs that come back: undone, skipped, shown in another view. */
const MOST_BYTES = 100_000_000;

type Shown = HTMLImageElement | HTMLAudioElement;

export interface Media {
  /** Gives an element its image or audio, at once or when it has come; it must not have one yet. */
  show(element: Shown, name: string): void;
  /** Takes what the kernel answered: the bytes, or the reason why there are none. */
  receive(name: string, bytes: DataView | undefined, reason?: string): void;
  /** When the first file still awaited was asked for, or null. */
  waitingSince(): number | null;
  /** Asks again for what was asked for before a moment and has not come. */
  askAgain(before: number): void;
  close(): void;
}

interface Wanted {
  askedAt: number;
  elements: Shown[];
}

/** What the bytes are, by the ending of their name; no browser has to guess. */
const TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  wav: "audio/wav",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
  flac: "audio/flac",
  webm: "audio/webm",
};

interface Held {
  url: string;
  size: number;
}

/** Opens an empty store; `ask` sends for a file and tells whether that went out. */
export function openMedia(ask: (name: string) => boolean, mostBytes = MOST_BYTES): Media {
  const wanted = new Map<string, Wanted>();
  /** Least recently shown first. */
  const held = new Map<string, Held>();
  let bytesHeld = 0;

  function drop(name: string, { url, size }: Held): void {
    URL.revokeObjectURL(url);
    held.delete(name);
    bytesHeld -= size;
  }

  function keep(name: string, bytes: DataView): string {
    const before = held.get(name);
    if (before) return before.url;
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    const url = URL.createObjectURL(new Blob([bytes as DataView<ArrayBuffer>], { type }));
    for (const [other, entry] of held) {
      if (bytesHeld + bytes.byteLength <= mostBytes) break;
      drop(other, entry);
    }
    held.set(name, { url, size: bytes.byteLength });
    bytesHeld += bytes.byteLength;
    return url;
  }

  return {
    show(element, name) {
      const entry = held.get(name);
      if (entry) {
        held.delete(name);
        held.set(name, entry);
        element.src = entry.url;
        return;
      }
      const awaited = wanted.get(name);
      if (awaited) awaited.elements.push(element);
      else {
        wanted.set(name, { askedAt: performance.now(), elements: [element] });
        ask(name);
      }
    },
    receive(name, bytes, reason = "it came without its bytes.") {
      const elements = wanted.get(name)?.elements ?? [];
      wanted.delete(name);
      if (bytes) {
        const url = keep(name, bytes);
        for (const element of elements) element.src = url;
      } else {
        for (const element of elements) {
          element.dispatchEvent(new ErrorEvent("error", { message: reason }));
        }
      }
    },
    waitingSince() {
      const moments = [...wanted.values()].map(({ askedAt }) => askedAt);
      return moments.length > 0 ? Math.min(...moments) : null;
    },
    askAgain(before) {
      for (const [name, entry] of wanted) {
        if (entry.askedAt >= before || !ask(name)) continue;
        entry.askedAt = performance.now();
      }
    },
    close() {
      for (const [name, entry] of held) drop(name, entry);
      wanted.clear();
    },
  };
}
