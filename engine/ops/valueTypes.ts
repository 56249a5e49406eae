// What a rule knows of a value's type, or a located fault where it must be known and is not.
import { EngineError } from '../ir/diagnostic.js';
import type { DType } from '../ir/dtype.js';
import type { Value } from '../ir/graph.js';
import { formatShape, isStatic, sizeOf, type Shape } from '../ir/shape.js';

export function dtypeOf(source: DType | Value): DType {
  if (typeof source === 'string') return source;
  if (!source.dtype) throw new EngineError('value.untyped', `'${source.name}': the element type is not known here`);
  return source.dtype;
}

export function shapeOf(value: Value): Shape {
  if (!value.shape) throw new EngineError('value.shapeless', `'${value.name}': the shape is not known here`);
  return value.shape;
}

/** The shape of a value that must be fully known, as those of a step graph are. */
export function staticShapeOf(value: Value): readonly number[] {
  const shape = shapeOf(value);
  if (!isStatic(shape))
    throw new EngineError('value.dynamic', `'${value.name}': needs a static shape here, got ${formatShape(shape)}`);
  return shape;
}

export function rankOf(value: Value): number {
  return shapeOf(value).length;
}

/** Elements of a statically shaped value. */
export function countOf(value: Value): number {
  return sizeOf(staticShapeOf(value));
}
