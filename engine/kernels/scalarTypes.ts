// Which type of WGSL stands for an element type.
import type { DType } from '../ir/dtype.js';
import { storageOf } from './kernelPlan.js';
import type { ScalarType } from './expression.js';

/** The type in expressions; memory holds bool as u32. */
export function scalarTypeOf(dtype: DType): ScalarType | undefined {
  return dtype === 'bool' ? 'bool' : storageOf(dtype);
}
