// Which backend runs a job in plain Node.
import type { Backend } from './backend.js';

/** `auto` is native where onnxruntime's native library loads, else WebAssembly. Loads only what is picked. */
export async function pickBackend(name: 'auto' | 'native' | 'wasm'): Promise<Backend> {
  const wasm = async (): Promise<Backend> => (await import('./ortWasm.node.js')).ortWasm;
  if (name === 'wasm') return wasm();
  try {
    return (await import('./ortNative.node.js')).ortNative;
  } catch (error) {
    if (name === 'native') throw error;
    return wasm();
  }
}
