// The WebAssembly backend in a browser: onnxruntime-web, with threads where the page is cross-origin isolated.
import { env, InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import type { Backend, Session, SessionOptions } from './backend.js';
import { OrtSession } from './ortSession.js';
import { wasmThreads } from './wasmThreads.web.js';

export const ortWasm: Backend = {
  name: 'wasm',
  async open(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    // The thread pool is made with the first session and cannot change afterwards.
    env.wasm.numThreads ??= Math.min(options.threads ?? Infinity, wasmThreads());
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
