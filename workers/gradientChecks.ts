// Runs the operators' cases on backends, one record a checked input: what `check-gradients` prints.
import { allCases } from '../engine/ops/cases.js';
import { examineCase } from '../engine/autodiff/examineCase.js';
import type { OpenGraph } from '../engine/autodiff/checkGradients.js';
import { encodeModel } from '../engine/onnx/encode.js';
import type { LoweringChoices } from '../engine/ops/emit.js';
import type { Backend, BackendName } from './backends/backend.js';

export interface GradientCheckRecord {
  readonly op: string;
  readonly case: string;
  readonly backend: BackendName;
  /** The input whose gradient was checked; `''` for a fault of the forward result. */
  readonly input: string;
  /** The largest relative error; Infinity for a gradient that is not finite or could not be computed. */
  readonly error: number;
  readonly pass: boolean;
  /** What went wrong beyond the number. */
  readonly message?: string;
}

export interface GradientCheckOptions {
  readonly backends: readonly Backend[];
  /** Computes the numeric gradients where a backend has no float64; default: the backend that is checked. */
  readonly reference?: Backend;
  /** What the checked gradients are made of where several lowerings are right. */
  readonly lowerings?: LoweringChoices;
  /** One operator's type; all when left out. */
  readonly op?: string;
}

/** Opens graphs on a backend by way of their ONNX encoding, on one thread: the tensors are tiny. */
export function openOn(backend: Backend): OpenGraph {
  return (graph) => backend.open(encodeModel(graph), { threads: 1 });
}

/** Yields a record for each checked input of each case, and one for each case that fails before its gradients. */
export async function* gradientChecks(options: GradientCheckOptions): AsyncGenerator<GradientCheckRecord> {
  const { reference, lowerings } = options;
  const sides = { ...(reference && { openReference: openOn(reference) }), ...(lowerings && { lowerings }) };
  for (const backend of options.backends)
    for (const op of allCases) {
      if (options.op !== undefined && op.type !== options.op) continue;
      for (const example of op.cases) {
        const subject = { op: op.type, case: example.name, backend: backend.name };
        try {
          const { faults, gradients } = await examineCase(op, example, openOn(backend), sides);
          for (const message of faults) yield { ...subject, input: '', error: Infinity, pass: false, message };
          for (const { input, error, pass } of gradients) yield { ...subject, input, error, pass };
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          yield { ...subject, input: '', error: Infinity, pass: false, message };
        }
      }
    }
}
