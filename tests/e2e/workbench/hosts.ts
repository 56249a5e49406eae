// Hosts without a window, for tests: started on workspaces of the test file's own, ended after it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { buildAll } from '../browser.js';
import { startHost, type RunningHost } from './workbench.js';

export const commandLine = fileURLToPath(new URL('../../../out/main/cli.js', import.meta.url));

export interface HostsForTests {
  /** A folder that is not there yet. */
  workspace(name: string): string;
  /** Starts a host, or finds the one that is there. */
  start(workspace: string, ...options: readonly string[]): Promise<RunningHost>;
}

/** Registers the building before and the cleaning up after the tests of a file. */
export function hostsForTests(): HostsForTests {
  let folder = '';
  const hosts: RunningHost[] = [];
  beforeAll(() => {
    buildAll();
    folder = mkdtempSync(join(tmpdir(), 'descent-hosts-'));
  });
  afterAll(async () => {
    for (const host of hosts) if (host.process.exitCode === null && host.process.signalCode === null) await host.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    workspace: (name) => join(folder, name),
    start: async (workspace, ...options) => {
      const host = await startHost(workspace, ...options);
      hosts.push(host);
      return host;
    },
  };
}
