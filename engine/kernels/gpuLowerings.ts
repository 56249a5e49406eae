// Which of several equivalent lowerings a GPU gets: fixed, since our kernels fuse what onnxruntime's CPU would write out.
import type { LoweringChoices } from '../ops/emit.js';

/** By kind of choice: the names in order of preference, the first that is offered counts. */
const preferences: Readonly<Record<string, readonly string[]>> = {
  // One contraction over batch and space whose operands are read in place; the others write unfolded copies first.
  'conv.weightGradient': ['correlated', 'pointwise'],
  // Reads the weights as they lie; `flipped` makes a reversed copy of them.
  'conv.inputGradient': ['transposed'],
  // Comparisons and sums of what each place of the input sees: they fuse, while scattered additions would race.
  'maxPool.gradient': ['halving', 'taps'],
  // A comparison is an expression within another kernel.
  'relu.gradient': ['where'],
  // A reduction in two stages is the kernel's own matter.
  channelSums: ['plain'],
  'gemm.columnSums': ['plain'],
  // Transposition is a matter of how an operand is read.
  'gemm.product': ['gemm'],
  'matMul.timesTransposed': ['gemm'],
  'matMul.sharedWeightGradient': ['gemm'],
  // A product with an indicator matrix that is never written; WGSL has no atomic addition of floats.
  sumRows: ['oneHot'],
};

export class GpuLowerings implements LoweringChoices {
  /** `kind|key` → name, of all that was picked. */
  readonly used: Record<string, string> = {};

  pick(kind: string, key: string, names: readonly string[]): string | undefined {
    const name = preferences[kind]?.find((preferred) => names.includes(preferred));
    if (name !== undefined) this.used[`${kind}|${key}`] = name;
    return name;
  }
}
