// Keeps measured lowerings per machine and backend, outside any workspace: they say nothing about data or models.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, homedir, platform } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { hashPurpose } from '../engine/random/philox.js';
import type { BackendName } from './backends/backend.js';
import type { ChoiceTable } from './tuning.js';

const tableSchema = z.record(z.string(), z.string());
// Raised when lowerings change under an old name, or new ones are to be measured beside those.
const cacheVersion = 2;

function cacheFile(backend: BackendName, threads: number): string {
  const base =
    process.env.DESCENT_CACHE ??
    (platform() === 'win32' ? process.env.LOCALAPPDATA : process.env.XDG_CACHE_HOME) ??
    join(homedir(), '.cache');
  const machine = hashPurpose(cpus()[0]?.model ?? 'unknown').toString(16);
  return join(base, 'descent', `lowerings-${cacheVersion}-${backend}-${threads}-${machine}.json`);
}

/** The table as last saved; empty when there is none or it cannot be read (it is only a cache). */
export function loadChoices(backend: BackendName, threads: number): ChoiceTable {
  try {
    return tableSchema.parse(JSON.parse(readFileSync(cacheFile(backend, threads), 'utf8')));
  } catch {
    return {};
  }
}

/** Saves the table, joined with what another process saved meanwhile; false when the cache cannot be written. */
export function saveChoices(backend: BackendName, threads: number, table: ChoiceTable): boolean {
  const file = cacheFile(backend, threads);
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(fresh, JSON.stringify({ ...loadChoices(backend, threads), ...table }));
    renameSync(fresh, file);
    return true;
  } catch {
    return false;
  }
}
