// Bundles src/widget.ts into the Python package. The output is not in git; hatch_build.py calls this.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, transform } from "esbuild";
import { licensesOf } from "./licenses.mjs";

const outdir = process.env.TIEBREAK_STATIC ?? "../src/tiebreak/static";

// Style sheets are imported as text, which esbuild by itself leaves as it is.
const minifiedCss = {
  name: "minified-css",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), {
        loader: "css",
        minify: true,
        target: "es2022",
      });
      return { contents: code, loader: "text" };
    });
  },
};

// Of marked the lexer alone is used; its parser, renderer and `marked` itself hang together by statements
// that no bundler may drop, at the end of the file.
const lexerAlone = {
  name: "lexer-alone",
  setup({ onLoad }) {
    onLoad({ filter: /marked\.esm\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, "utf8");
      const contents = whole.replace(
        /var \w+=new \w+;function (\w+)\(.*?\1\.options=.*export\{(.*?)\}.*$/s,
        (_, __, names) =>
          `export{${names.split(",").filter((name) => /Lexer|Tokenizer/.test(name))}}`,
      );
      if (contents === whole) throw new Error("marked ends otherwise than build.mjs expects.");
      return { contents };
    });
  },
};

// Exported for the test that holds the licences to it.
export const { metafile } = await build({
  // What few pairs need are modules of their own: a saved notebook holds the main one each time.
  entryPoints: {
    widget: "src/widget.ts",
    math: "src/content/math.ts",
    code: "src/content/code-module.ts",
    differences: "src/content/diff/index.ts",
    player: "src/content/player/index.ts",
  },
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "linked",
  // A saved notebook may hold a copy of the code, but never the file beside it.
  banner: { js: "/*! tiebreak; licences of what is in here: its THIRD-PARTY-LICENSES.txt */" },
  metafile: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [minifiedCss, lexerAlone],
  logLevel: "warning",
});

await writeFile(join(outdir, "THIRD-PARTY-LICENSES.txt"), await licensesOf(metafile));
