import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 60_000,
    environment: "happy-dom",
    include: ["test/**/*.test.{ts,tsx,mjs}"],
  },
});
