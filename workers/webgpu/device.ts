// An open GPU: its device with the highest useful limits, what became of it, and what is shared by all that runs on it.
import type { KernelTarget } from '../../engine/kernels/compileOptions.js';
import type { EngineError } from '../../engine/ir/diagnostic.js';

/** A device with what all plans on it share. */
export interface OpenDevice {
  readonly device: GPUDevice;
  readonly adapter: GPUAdapter;
  readonly target: KernelTarget;
  /** Resolves when the device is lost or closed. */
  readonly lost: Promise<EngineError>;
}
