// Tests run in Node; those of tests/e2e drive the system's Chromium from there.
import { defineConfig } from 'vitest/config';
import { bundledScript } from './scripts/bundledScript.js';

export default defineConfig({
  plugins: [bundledScript()],
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 60_000,
    // Some build the command line or the workers first.
    hookTimeout: 120_000,
    pool: 'forks',
    // One more than the fewest cores that are supported: many tests wait for a browser or a process.
    maxWorkers: 3,
  },
});
