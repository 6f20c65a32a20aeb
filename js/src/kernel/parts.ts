// The parts of the front end that few pairs need: asked of the kernel when they are first needed, and
// imported from their source text, which comes by message instead of over the network.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Modules, NeedModule } from "../content";
import type { ModuleName } from "../protocol";

export interface Parts {
  /** Those that have come. */
  loaded: ReadonlySignal<Partial<Modules>>;
  /** Gives a part, or asks for it. */
  need: NeedModule;
  receive(name: ModuleName, source: string): Promise<void>;
  /** When the first part still awaited was asked for, or null. */
  waitingSince(): number | null;
  /** Asks again for what was asked for before a moment and has not come. */
  askAgain(before: number): void;
}

/** Opens without any part; `ask` sends for one and tells whether that went out. */
export function openParts(ask: (name: ModuleName) => boolean): Parts {
  const loaded = signal<Partial<Modules>>({});
  const asked = new Set<ModuleName>();
  const askedAt = new Map<ModuleName, number>();

  return {
    loaded,
    need(name) {
      if (!asked.has(name)) {
        asked.add(name);
        askedAt.set(name, performance.now());
        ask(name);
      }
      return loaded.peek()[name];
    },
    async receive(name, source) {
      askedAt.delete(name);
      // A page that forbids it shows the text as it was written.
      const module = await importSource<{ default: unknown }>(source).catch(() => undefined);
      if (module) loaded.value = { ...loaded.value, [name]: module.default };
    },
    waitingSince() {
      return askedAt.size > 0 ? Math.min(...askedAt.values()) : null;
    },
    askAgain(before) {
      for (const [name, at] of askedAt) {
        if (at < before && ask(name)) askedAt.set(name, performance.now());
      }
    },
  };
}

async function importSource<Module>(source: string): Promise<Module> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return await import(/* @vite-ignore */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
