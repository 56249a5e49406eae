// Which backend runs a job in plain Node.
import type { Backend, BackendName } from './backend.js';

/** `auto` is native where onnxruntime's native library loads, else WebAssembly. Loads only what is picked. */
export async function pickBackend(name: 'auto' | BackendName): Promise<Backend> {
  if (name === 'webgpu') return (await import('./webgpu.node.js')).webgpu;
  const wasm = async (): Promise<Backend> => (await import('./ortWasm.node.js')).ortWasm;
  if (name === 'wasm') return wasm();
  try {
    return (await import('./ortNative.node.js')).ortNative;
  } catch (error) {
    if (name === 'native') throw error;
    return wasm();
  }
}
