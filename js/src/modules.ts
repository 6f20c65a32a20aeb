/** Imports a module from its source text, which came by message instead of over the network. */
export async function importSource<Module>(source: string): Promise<Module> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return await import(/* @vite-ignore */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
