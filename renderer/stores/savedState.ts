// A state that survives closing the window and crashes: read once from the workspace, written a moment after every change.
import { ref, watch, type Ref } from 'vue';
import type { z } from 'zod';
import { connection, useServices } from '../services.js';

export interface SavedState<T> {
  readonly value: Ref<T>;
  /** Whether it has been read: until then it is the fallback, and nothing is written. */
  readonly isLoaded: Readonly<Ref<boolean>>;
  /** Resolves when it has been read. */
  readonly loaded: Promise<void>;
  /** Writes now what waits to be written. */
  flush(): Promise<void>;
  /** Back to the fallback, and forgotten in the workspace. */
  clear(): Promise<void>;
}

/** Milliseconds after the last change. */
const delay = 300;

/** What was kept and no longer fits the schema is left out for the fallback. */
export function savedState<T>(key: string, schema: z.ZodType<T>, fallback: () => T): SavedState<T> {
  const { workspace } = useServices();
  const value = ref(fallback()) as Ref<T>;
  const isLoaded = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function load(): Promise<void> {
    const text = await workspace.readState({ key }).catch(() => null);
    const parsed = text === null ? undefined : schema.safeParse(parseOrNothing(text));
    if (parsed?.success) value.value = parsed.data;
    isLoaded.value = true;
    watch(value, () => schedule(), { deep: true });
  }
  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void flush().catch(() => undefined), delay);
  }
  async function flush(): Promise<void> {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    await workspace.writeState({ key, value: JSON.stringify(value.value) });
  }
  async function clear(): Promise<void> {
    value.value = fallback();
    clearTimeout(timer);
    timer = undefined;
    await workspace.writeState({ key, value: null });
  }
  // What could not be written while the connection was gone is written when it is back.
  connection.onState((state) => {
    if (state === 'connected' && timer !== undefined) schedule();
  });
  window.addEventListener('pagehide', () => void flush().catch(() => undefined));
  return { value, isLoaded, loaded: load(), flush, clear };
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
