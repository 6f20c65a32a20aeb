// The functions of Node that the tests use. Its own types would change `setTimeout` for the whole program.
declare module "node:fs" {
  export function existsSync(path: string): boolean;
  export function readdirSync(path: string, options: { recursive: true }): string[];
  export function readFileSync(path: string, encoding: "utf8"): string;
}
