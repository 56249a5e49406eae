// Reshape: the same elements in another shape (ONNX Reshape-14).
import { isStatic, type Dim, type Shape } from '../../ir/shape.js';
import { elements } from '../../ir/tensor.js';
import { flag } from '../attributes.js';
import { defineOp, zeroGradient } from '../defineOp.js';
import { asDim, dimProduct, divide, type DimProduct } from './dimProduct.js';
import { knownDims } from './knownDims.js';
import { reshaped } from './rearrange.js';

export const reshape = defineOp({
  type: 'Reshape',
  since: 14,
  inputs: ['data', 'shape'],
  outputs: ['reshaped'],
  attributes: { allowzero: flag(false) },
  infer: ({ data, attributes, node, fail }) => {
    const wanted = knownDims(node.inputs[1]);
    if (!wanted) return [{ dtype: data.dtype, shape: undefined }];
    const result = reshapedShape(data.shape, wanted, attributes.allowzero);
    if (typeof result === 'string') fail('shape', result);
    return [{ dtype: data.dtype, shape: result as Shape }];
  },
  gradient: {
    data: ({ emit, data, dY }) => emit.reshapeLike(dY, data),
    shape: zeroGradient('a shape'),
  },
  evaluate: ([data, shape], { allowzero }) => [
    reshaped(data!, reshapedShape(data!.shape, elements(shape!), allowzero) as readonly number[]),
  ],
  flops: () => 0,
});

/** The resolved shape: 0 copies the input's dimension, -1 takes what is left. A sentence when they cannot be met. */
function reshapedShape(from: Shape, wanted: Shape, allowzero: boolean): Shape | string {
  const unknowns = from.map(() => Symbol('?'));
  const marks: (symbol | undefined)[] = [];
  const copied = wanted.map((dim, axis): Dim => {
    if (dim !== 0 || allowzero) return dim;
    marks[axis] = unknowns[axis];
    return from[axis] ?? null;
  });
  if (wanted.some((dim, axis) => dim === 0 && !allowzero && axis >= from.length))
    return `a 0 copies a dimension of the input, which has rank ${from.length}`;
  const open = copied.indexOf(-1);
  if (open !== copied.lastIndexOf(-1)) return 'at most one dimension may be -1';
  const others = copied.map((dim, axis) => (axis === open ? 1 : dim));
  const whole = dimProduct(from, unknowns);
  const taken = dimProduct(
    others,
    others.map((_, axis) => marks[axis] ?? Symbol('?')),
  );
  if (open < 0) {
    const mismatch = isStatic(from) && isStatic(copied) && whole.factor !== taken.factor;
    if (mismatch) return `${whole.factor} elements do not fill the shape [${copied.join(', ')}]`;
    return solveUnknown(copied, whole, marks);
  }
  const left = taken.factor === 0 ? undefined : divide(whole, taken);
  if (left?.symbols.length === 0 && !Number.isInteger(left.factor))
    return `${whole.factor} elements do not divide by the other dimensions of [${wanted.map((dim) => dim ?? '?').join(', ')}]`;
  return copied.with(open, left ? asDim(left) : null);
}

/** When one wanted dimension alone is unknown, the others and the input's size give it. */
function solveUnknown(copied: readonly Dim[], whole: DimProduct, marks: readonly (symbol | undefined)[]): Shape {
  const holes = copied.flatMap((dim, axis) => (dim === null && !marks[axis] ? [axis] : []));
  const [hole] = holes;
  if (hole === undefined || holes.length > 1) return copied;
  const others = copied.map((dim, axis) => (axis === hole ? 1 : dim));
  const taken = dimProduct(
    others,
    others.map((_, axis) => marks[axis] ?? Symbol('?')),
  );
  const left = taken.factor === 0 ? undefined : divide(whole, taken);
  return left && Number.isInteger(left.factor) ? copied.with(hole, asDim(left)) : copied;
}
