// One use of a layer: inputs, its tensors by name as PyTorch has them, and the shape that comes out.

/** The shape of one example: of normal numbers, of indices below a bound, or a mask of sequences of several lengths. */
export type CaseInput =
  readonly number[] | { readonly indices: readonly number[]; readonly below: number } | { readonly lengths: number };

export interface LayerCase {
  /** States behaviour: 'stride 2, same padding'. */
  readonly name: string;
  readonly type: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly inputs: readonly CaseInput[];
  /** Of one example: of the first output, or of each. */
  readonly output: readonly number[];
  /** Trainable parameters, as `sum(p.numel() for p in module.parameters())` says in PyTorch. */
  readonly parameters: number;
  /** Tensors that are declared, by name. */
  readonly tensors?: readonly string[];
  /** The training graph computes what evaluation computes (no noise, no batch statistics); default true. */
  readonly sameInTraining?: boolean;
  /** Gradients are compared with finite differences. */
  readonly gradient?: boolean;
}
