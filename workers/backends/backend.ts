// What runs a graph: one interface over onnxruntime's native and WebAssembly builds and WebGPU.
import type { Tensor } from '../../engine/ir/tensor.js';

export type Tensors = Readonly<Record<string, Tensor>>;

export interface SessionOptions {
  /** Computing threads; default: the machine's physical cores. */
  readonly threads?: number;
  /** A path prefix under which onnxruntime writes a profile (native only). */
  readonly profile?: string;
  /** Free dimensions to fix, by symbolic name. */
  readonly dimensions?: Readonly<Record<string, number>>;
}

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** What this backend could not do itself, and why, in sentences; left out: nothing. May grow with runs of other shapes. */
  readonly notes?: readonly string[];
  /**
   * Runs the graph once. Outputs named in `into` are written to those tensors where the backend can
   * (their shape must be exact); all outputs are returned.
   */
  run(feeds: Tensors, into?: Tensors): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export type BackendName = 'native' | 'wasm' | 'webgpu';

export interface Backend {
  readonly name: BackendName;
  /** Loads the bytes of an ONNX model. */
  open(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}
