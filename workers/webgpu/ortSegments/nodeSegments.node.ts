// Segments of onnxruntime in plain Node.
import { setFlagsFromString } from 'node:v8';
import type { MakeSegments } from '../sessionSegment.js';
import { hostOnnxruntime } from './onnxruntime.js';
import { onnxruntimeSegments } from './ortSegment.js';

/** V8's default, and one that sets in after hours of ordinary runs. */
const tieringBudgets = { usual: 1_800_000, late: 1_800_000_000 };

/**
 * V8 optimizes hot WebAssembly functions in the background. onnxruntime has some that take a minute, and Node waits for
 * background work whenever nothing else keeps its event loop alive. Recorded runs do not come back to onnxruntime, so its
 * module does without; the budget is a module's own from its compilation on.
 */
async function withoutTieringUp<T>(work: () => Promise<T>): Promise<T> {
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudgets.late}`);
  try {
    return await work();
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${tieringBudgets.usual}`);
  }
}

/** As `onnxruntimeSegments`. */
export const nodeSegments: MakeSegments = (device) => {
  hostOnnxruntime({ compiling: withoutTieringUp });
  return onnxruntimeSegments(device);
};
