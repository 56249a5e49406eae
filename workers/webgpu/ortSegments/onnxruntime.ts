// onnxruntime-web with its WebGPU provider: loaded once a realm, one call at a time, on devices of ours.
import type * as onnxruntimeModule from 'onnxruntime-web/webgpu';
import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { EngineError } from '../../../engine/ir/diagnostic.js';

export type Onnxruntime = typeof onnxruntimeModule;

let loaded: Promise<Onnxruntime> | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Loads onnxruntime. Needs `navigator.gpu` and WebGPU's classes to be global; where its files lie is set in its `env`. */
export function loadOnnxruntime(): Promise<Onnxruntime> {
  return (loaded ??= import('onnxruntime-web/webgpu').then((onnxruntime) => {
    const { env } = onnxruntime;
    env.logLevel = 'error';
    // Shapes and the like are all that is computed here: one thread, no workers.
    env.wasm.numThreads = 1;
    return onnxruntime;
  }));
}

/** onnxruntime's WebAssembly does one thing at a time: runs `work` when all earlier work is done. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work, work);
  last = turn.catch(() => undefined);
  return turn;
}

export type CacheMode = 'disabled' | 'bucket';

export interface OpenOptions {
  /** 'disabled': onnxruntime lets go of each buffer at once, so that a run holds nothing afterwards. */
  readonly cache: CacheMode;
  /** Writes the placement of nodes, and much else, to the console. */
  readonly verbose?: boolean;
}

/** @throws EngineError `gpu.session` when onnxruntime does not load the model */
export async function openSession(
  { InferenceSession }: Onnxruntime,
  device: GPUDevice,
  model: Uint8Array,
  options: OpenOptions,
): Promise<InferenceSession> {
  const { cache, verbose } = options;
  // The device and the modes are read by onnxruntime 1.30, but its types do not name the modes.
  const provider: InferenceSession.ExecutionProviderConfig & Record<string, unknown> = {
    name: 'webgpu',
    device,
    storageBufferCacheMode: cache,
    uniformBufferCacheMode: cache === 'disabled' ? cache : 'simple',
  };
  try {
    return await InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: verbose ? 0 : 3,
      logVerbosityLevel: 0,
    });
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    throw new EngineError('gpu.session', `onnxruntime: it must load the graph of the segment, got ${told}`);
  }
}

/** A tensor of onnxruntime that lies in a buffer. */
export function tensorIn(
  { Tensor }: Onnxruntime,
  buffer: GPUBuffer,
  dataType: Tensor.GpuBufferDataTypes,
  dims: readonly number[],
): Tensor {
  return Tensor.fromGpuBuffer(buffer, { dataType, dims: [...dims] });
}
