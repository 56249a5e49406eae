// The WebAssembly backend in a browser: onnxruntime-web, with threads where the page is cross-origin isolated.
import { env, InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import type { Backend, Session, SessionOptions } from './backend.js';
import { OrtSession } from './ortSession.js';

export const ortWasm: Backend = {
  name: 'wasm',
  async open(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const { hardwareConcurrency } = navigator;
    // The thread pool is made with the first session and cannot change afterwards. Threads share memory, which a page
    // has only where it is isolated.
    env.wasm.numThreads ??= globalThis.crossOriginIsolated ? (options.threads ?? hardwareConcurrency) : 1;
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
