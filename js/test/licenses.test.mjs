// @vitest-environment node
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { licensesOf } from "../licenses.mjs";

describe("the licences of what is bundled", () => {
  let root;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "licenses-"));
  });

  afterEach(() => rm(root, { recursive: true }));

  /** A package with these files; what esbuild would call a module of it. */
  async function install(name, license, files) {
    const folder = join(root, "node_modules", name);
    const manifest = JSON.stringify({ name, version: "1.2.3", license });
    for (const [file, text] of Object.entries({ ...files, "package.json": manifest })) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    return join(folder, "dist/index.js");
  }

  const read = (...inputs) =>
    licensesOf({ inputs: Object.fromEntries(inputs.map((input) => [input, {}])) });

  it("are all there, with notices, each package once and sorted by name", async () => {
    const z = await install("z", "MIT", { LICENSE: "(c) Zoe\r\nas is" });
    const scoped = await install("@a/b", "Apache-2.0", {
      "license.md": "(c) Bob",
      NOTICE: "by Bob",
    });

    const text = await read(z, "src/widget.ts", scoped, z.replace("index", "more"));

    expect(text).toContain("@a/b 1.2.3: Apache-2.0\n\n(c) Bob\n\nby Bob\n");
    expect(text).toContain("z 1.2.3: MIT\n\n(c) Zoe\nas is\n");
    expect(text.match(/1\.2\.3/g)).toHaveLength(2);
    expect(text.indexOf("@a/b")).toBeLessThan(text.indexOf("z 1.2.3"));
    expect(await read(scoped, z)).toBe(text);
  });

  it("are of the package itself, not of a folder within or around it", async () => {
    await install("outer", "MIT", { LICENSE: "(c) outer" });
    const inner = await install("outer/node_modules/inner", "ISC", { LICENSE: "(c) inner" });
    const hooks = await install("outer", "MIT", { "hooks/package.json": "{}" });

    expect(await read(inner)).not.toContain("(c) outer");
    expect(await read(join(dirname(dirname(hooks)), "hooks/dist/x.js"))).toContain("(c) outer");
  });

  it.each(["GPL-3.0-only", "SEE LICENSE IN x", undefined])("cannot be %s", async (license) => {
    const module = await install("odd", license, { LICENSE: "text" });

    await expect(read(module)).rejects.toThrow(/odd 1\.2\.3: .* is none of/);
  });

  it("cannot be missing", async () => {
    const module = await install("bare", "MIT", { NOTICE: "by Bob", "README.md": "License: MIT" });

    await expect(read(module)).rejects.toThrow(/bare 1\.2\.3: MIT, of which no text/);
  });
});
