// Which backend runs a job in a web worker.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { Backend } from './backend.js';
import { useOrtFiles } from './ortFiles.web.js';

/**
 * Loads only what is picked; `auto` is WebAssembly, which every browser has.
 * @throws EngineError `backend.missing` for backends that are no browser's
 */
export async function pickBackend(name: string): Promise<Backend> {
  useOrtFiles(globalThis.location.href);
  switch (name) {
    case 'auto':
    case 'wasm':
      return (await import('./ortWasm.web.js')).ortWasm;
    case 'webgpu':
      return (await import('./webgpu.web.js')).webgpu;
    default:
      throw new EngineError(
        'backend.missing',
        `Backend '${name}': a web worker runs webgpu and wasm; expected one of auto, webgpu, wasm. The command line has the others.`,
      );
  }
}
