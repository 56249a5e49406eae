// Tests run in Node; those of tests/e2e drive the system's Chromium from there.
import { defineConfig } from 'vitest/config';
import { bundledScript } from './scripts/bundledScript.js';

/** What these test is loaded once for many files: the engine keeps no state of its own, and a window is one for all that it shows. */
const together = ['tests/engine/**/*.test.ts', 'tests/renderer/**/*.test.ts'];

export default defineConfig({
  test: {
    // One more than the fewest cores that are supported: many tests wait for a browser or a process.
    maxWorkers: 3,
    projects: [
      project({ name: 'together', include: together, isolate: false }),
      project({ name: 'apart', include: ['tests/**/*.test.ts'], exclude: together }),
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
    test: {
      ...tests,
      setupFiles: ['tests/equalBytes.ts'],
      testTimeout: 60_000,
      hookTimeout: 120_000,
      pool: 'forks' as const,
    },
  };
}
