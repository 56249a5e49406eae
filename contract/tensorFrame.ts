// Tensors as they travel between processes: structured clones of typed arrays, never JSON.

/** Row-major data; the same fields as engine/ir/tensor.ts, so that a Tensor is a TensorFrame. */
export interface TensorFrame {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

export interface NamedTensorFrame {
  readonly name: string;
  readonly tensor: TensorFrame;
}

/** All state of a run at the end of one step; enough to continue to the bit. */
export interface CheckpointFrame {
  /** Steps done. */
  readonly step: number;
  /** Epochs done, with the fraction of the current one. */
  readonly epoch: number;
  /** Parameters, optimizer slots, buffers, averages: every tensor of the state store. */
  readonly tensors: readonly NamedTensorFrame[];
  /** What else the trainer needs to resume (seed, schedule state, best metric, position in the data): JSON. */
  readonly trainer: Readonly<Record<string, unknown>>;
}
