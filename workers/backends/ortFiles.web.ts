// Where a browser finds onnxruntime's WebAssembly: beside the built workers, on our own origin and nowhere else.
import { env } from 'onnxruntime-web/webgpu';

/** To be called before the first session is opened, with the address of the worker that opens it. */
export function useOrtFiles(worker: string): void {
  env.wasm.wasmPaths = new URL('onnxruntime/', worker).href;
}
