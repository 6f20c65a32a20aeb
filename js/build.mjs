// Bundles src/widget.ts into the Python package. The output is not in git; hatch_build.py calls this.
import { build } from "esbuild";

const outdir = process.env.TIEBREAK_STATIC ?? "../src/tiebreak/static";

await build({
  // math is a module of its own: few pairs need it, and a saved notebook would hold it each time.
  entryPoints: { widget: "src/widget.ts", math: "src/content/math.ts" },
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "linked",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "text" },
  logLevel: "warning",
});
