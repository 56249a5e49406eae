// Keeps what was measured on this machine outside any workspace, since it says nothing about data: favourite lowerings by
// backend, and the times of models' steps.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, homedir, platform } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { hashPurpose } from '../engine/random/philox.js';
import type { StepTimes } from './autoDriver.js';
import type { BackendName } from './backends/backend.js';
import type { ChoiceTable } from './tuning.js';

// Raised when lowerings change under an old name, or new ones are to be measured beside those.
const lowerings = { version: 2, schema: z.record(z.string(), z.string()) };
// Raised when steps become faster or slower by a change of ours.
const times = { version: 1, schema: z.record(z.string(), z.record(z.string(), z.number().positive())) };

function cacheFile(name: string): string {
  const base =
    process.env.DESCENT_CACHE ??
    (platform() === 'win32' ? process.env.LOCALAPPDATA : process.env.XDG_CACHE_HOME) ??
    join(homedir(), '.cache');
  const machine = hashPurpose(cpus()[0]?.model ?? 'unknown').toString(16);
  return join(base, 'descent', `${name}-${machine}.json`);
}

/** A table as last saved; empty when there is none or it cannot be read (it is only a cache). */
function load<T>(name: string, schema: z.ZodType<Record<string, T>>): Record<string, T> {
  try {
    return schema.parse(JSON.parse(readFileSync(cacheFile(name), 'utf8')));
  } catch {
    return {};
  }
}

/** Saves a table, joined with what another process saved meanwhile; false when the cache cannot be written. */
function save<T>(name: string, schema: z.ZodType<Record<string, T>>, table: Readonly<Record<string, T>>): boolean {
  const file = cacheFile(name);
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(fresh, JSON.stringify({ ...load(name, schema), ...table }));
    renameSync(fresh, file);
    return true;
  } catch {
    return false;
  }
}

const loweringsName = (backend: BackendName, threads: number): string =>
  `lowerings-${lowerings.version}-${backend}-${threads}`;

export function loadChoices(backend: BackendName, threads: number): ChoiceTable {
  return load(loweringsName(backend, threads), lowerings.schema);
}

export function saveChoices(backend: BackendName, threads: number, table: ChoiceTable): boolean {
  return save(loweringsName(backend, threads), lowerings.schema, table);
}

const timesName = `steps-${times.version}`;

// Raised when tiles are written differently.
const tilesVersion = 1;

/** Measured tiles of contractions on an adapter. */
export function loadTiles(adapter: string): ChoiceTable {
  return load(tilesName(adapter), lowerings.schema);
}

export function saveTiles(adapter: string, table: Readonly<ChoiceTable>): boolean {
  return save(tilesName(adapter), lowerings.schema, table);
}

function tilesName(adapter: string): string {
  return `tiles-${tilesVersion}-${hashPurpose(adapter).toString(16)}`;
}

/** Milliseconds a step by backend, for what `key` says: model, adapter, threads. */
export function loadTimes(key: string): StepTimes | undefined {
  return load(timesName, times.schema)[key];
}

export function saveTimes(key: string, found: StepTimes): boolean {
  return save(timesName, times.schema, { [key]: { ...found } });
}
