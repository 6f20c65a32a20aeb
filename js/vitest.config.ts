import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 60_000,
    // Threads take a sixth of the work of processes away, and share as little.
    pool: "threads",
    environment: "happy-dom",
    setupFiles: ["test/setup.ts"],
    include: ["test/**/*.test.{ts,tsx,mjs}"],
  },
});
