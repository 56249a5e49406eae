// Tests run in Node; those of tests/e2e drive the system's Chromium from there.
import { defineConfig } from 'vitest/config';
import { bundledScript } from './scripts/bundledScript.js';

/** The engine keeps no state of its own, so that its tests may load it once for many files: a quarter of their time. */
const engine = 'tests/engine/**/*.test.ts';

export default defineConfig({
  test: {
    // One more than the fewest cores that are supported: many tests wait for a browser or a process.
    maxWorkers: 3,
    projects: [
      project({ name: 'engine', include: [engine], isolate: false }),
      project({ name: 'workbench', include: ['tests/**/*.test.ts'], exclude: [engine] }),
    ],
  },
});

interface Tests {
  readonly name: string;
  readonly include: string[];
  readonly exclude?: string[];
  readonly isolate?: boolean;
}

function project(tests: Tests) {
  // Some build the command line or the workers first.
  return {
    plugins: [bundledScript()],
    test: { ...tests, testTimeout: 60_000, hookTimeout: 120_000, pool: 'forks' as const },
  };
}
