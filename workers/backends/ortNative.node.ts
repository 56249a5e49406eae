// The native CPU backend: onnxruntime-node.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Backend, Session, SessionOptions } from './backend.js';
import { OrtSession } from './ortSession.js';
import { physicalCores } from './physicalCores.node.js';

export const ortNative: Backend = {
  name: 'native',
  async open(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const session = await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads ?? physicalCores(),
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Numbers below 1.2e-38 count as 0: a softmax over a masked row is full of them, and each costs a trap of the
      // processor. onnxruntime sets this for the calling thread too, with the first session of the process.
      extra: { session: { set_denormal_as_zero: '1' } },
      ...(options.dimensions && { freeDimensionOverrides: options.dimensions }),
      ...(options.profile && { enableProfiling: true, profileFilePrefix: options.profile }),
    });
    return new OrtSession(session, Tensor, true);
  },
};
