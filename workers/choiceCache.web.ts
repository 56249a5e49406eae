// Keeps what was measured on this machine in the browser's cache of our origin: tiles of contractions, times of models' steps.
import * as z from 'zod';

const tiles = { name: 'tiles-1', schema: z.record(z.string(), z.string()) };
const times = { name: 'steps-1', schema: z.record(z.string(), z.number().positive()) };

/** No file has this address; the cache wants one as its key. */
function address(name: string, key: string): string {
  return `/measured/${name}/${encodeURIComponent(key)}`;
}

/** A table as last saved; empty when there is none or it cannot be read (it is only a cache). */
async function load<T>(name: string, schema: z.ZodType<Record<string, T>>, key: string): Promise<Record<string, T>> {
  try {
    const found = await (await caches.open('descent')).match(address(name, key));
    return found ? schema.parse(await found.json()) : {};
  } catch {
    return {};
  }
}

/** Saves a table, joined with what was saved before; false when the browser refuses. */
async function save<T>(
  name: string,
  schema: z.ZodType<Record<string, T>>,
  key: string,
  table: Readonly<Record<string, T>>,
): Promise<boolean> {
  try {
    const joined = { ...(await load(name, schema, key)), ...table };
    await (await caches.open('descent')).put(address(name, key), new Response(JSON.stringify(joined)));
    return true;
  } catch {
    return false;
  }
}

/** Measured tiles of contractions on an adapter. */
export function loadTiles(adapter: string): Promise<Record<string, string>> {
  return load(tiles.name, tiles.schema, adapter);
}

export function saveTiles(adapter: string, found: Readonly<Record<string, string>>): Promise<boolean> {
  return save(tiles.name, tiles.schema, adapter, found);
}

/** Milliseconds a step by backend, for what `key` says: model, adapter; empty where nothing is known. */
export function loadTimes(key: string): Promise<Record<string, number>> {
  return load(times.name, times.schema, key);
}

export function saveTimes(key: string, found: Readonly<Record<string, number>>): Promise<boolean> {
  return save(times.name, times.schema, key, found);
}
