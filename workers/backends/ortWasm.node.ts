// The WebAssembly backend in plain Node: onnxruntime-web with threads over worker_threads.
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import type { Backend, Session, SessionOptions } from './backend.js';
import { OrtSession } from './ortSession.js';
import { physicalCores } from './physicalCores.node.js';

export const ortWasm: Backend = {
  name: 'wasm',
  async open(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    // The thread pool is made with the first session and cannot change afterwards.
    env.wasm.numThreads ??= options.threads ?? physicalCores();
    env.logLevel = 'error';
    const session = await InferenceSession.create(model, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      ...(options.dimensions && { freeDimensionOverrides: options.dimensions }),
    });
    return new OrtSession(session, Tensor, false);
  },
};
