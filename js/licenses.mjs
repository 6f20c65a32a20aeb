// The licences of the npm packages that went into the bundles, as one text that is shipped beside them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const ALLOWED = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);
const LICENSE_FILE = /^(licen[cs]e|copying)/i;
const NOTICE_FILE = /^notice/i;
const PACKAGE_FOLDER = /^.*(?:^|[\\/])node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

const HEADING = `The JavaScript that tiebreak shows in a notebook includes the packages named below.
Each stands here with its version, its licence and the licence's whole text.
`;

/** The text for what esbuild read, or an error that names every package that cannot be shipped. */
export async function licensesOf(metafile) {
  const inputs = Object.keys(metafile.inputs);
  const folders = new Set(inputs.flatMap((input) => PACKAGE_FOLDER.exec(input)?.[0] ?? []));
  const packages = await Promise.all([...folders].map(readPackage));
  const problems = packages.flatMap((found) => found.problems);
  if (problems.length > 0) {
    throw new Error(`These packages cannot be bundled:\n${problems.sort().join("\n")}`);
  }
  const sections = packages.map(({ title, texts }) => `${title}\n\n${texts.join("\n\n")}\n`);
  return [HEADING, ...sections.sort()].join(`\n${"-".repeat(80)}\n\n`);
}

async function readPackage(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  const files = (await readdir(folder)).sort();
  const licenses = files.filter((file) => LICENSE_FILE.test(file));
  const notices = files.filter((file) => NOTICE_FILE.test(file));
  const title = `${name} ${version}: ${license}`;
  const problems = [];
  if (!ALLOWED.has(license)) {
    problems.push(`${title} is none of ${[...ALLOWED].join(", ")}`);
  }
  if (licenses.length === 0) {
    problems.push(`${title}, of which no text comes with the package`);
  }
  const texts = await Promise.all([...licenses, ...notices].map((file) => read(folder, file)));
  return { title, problems, texts };
}

/** A text without what differs by the machine that packed it: ends of lines, blank ones around. */
async function read(folder, file) {
  const text = await readFile(join(folder, file), "utf8");
  return text.replace(/\r\n?/g, "\n").replace(/^\n+|\s+$/g, "");
}
