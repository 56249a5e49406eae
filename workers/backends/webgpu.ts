// The WebGPU backend: any graph as kernels of our own, with onnxruntime for the nodes that have none.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { OpenDevice } from '../webgpu/device.js';
import type { Backend, Session, SessionOptions } from './backend.js';
import { WebgpuSession, type WebgpuOptions } from './webgpuSession.js';

export function webgpuBackend(options: WebgpuOptions): Backend {
  return {
    name: 'webgpu',
    async open(model: Uint8Array, settings: SessionOptions = {}): Promise<Session> {
      try {
        return await WebgpuSession.open(await options.device(), model, settings, options);
      } catch (error) {
        if (!(error instanceof EngineError && error.code === 'gpu.none' && options.fallback)) throw error;
        return noted(await (await options.fallback()).open(model, settings), `computed by the CPU: ${error.message}`);
      }
    },
  };
}

function noted(session: Session, note: string): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    notes: [note],
    run: (feeds, into) => session.run(feeds, into),
    dispose: () => session.dispose(),
  };
}

/** Opens a device on first use, and another one after it was lost or closed. */
export function reopened(open: () => Promise<OpenDevice>): () => Promise<OpenDevice> {
  let current: Promise<OpenDevice> | undefined;
  const forget = (made: Promise<OpenDevice>): void => {
    if (current === made) current = undefined;
  };
  return () => {
    if (current) return current;
    const made = open();
    current = made;
    made.then(
      (device) => device.lost.then(() => forget(made)),
      () => forget(made),
    );
    return made;
  };
}
