// How many threads WebAssembly may have in a page.

/** Threads share memory, which a page has only where it is isolated from other origins; else there is one. */
export function wasmThreads(): number {
  return globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1;
}
