// The tensors of a batch side by side in one buffer, so that a batch moves between threads as one object.
import type { BatchField } from '../engine/data/batches.js';
import { byteSize, viewOf } from '../engine/ir/dtype.js';
import { sizeOf } from '../engine/ir/shape.js';
import type { Tensor } from '../engine/ir/tensor.js';

export interface BatchLayout {
  readonly fields: readonly (BatchField & { readonly offset: number })[];
  readonly byteLength: number;
}

/** Tensors begin at multiples of 64 bytes, as vector instructions like it. */
const alignment = 64;

export function layOutBatch(fields: readonly BatchField[]): BatchLayout {
  let offset = 0;
  const placed = fields.map((field) => {
    const at = offset;
    offset += Math.ceil((sizeOf(field.shape) * byteSize(field.dtype)) / alignment) * alignment;
    return { ...field, offset: at };
  });
  return { fields: placed, byteLength: offset };
}

/** Tensors by name over the memory of `buffer`. */
export function tensorsOver({ fields }: BatchLayout, buffer: ArrayBuffer): Record<string, Tensor> {
  return Object.fromEntries(
    fields.map(({ name, dtype, shape, offset }) => [
      name,
      { dtype, shape, data: viewOf(dtype, buffer, offset, sizeOf(shape)) },
    ]),
  );
}
