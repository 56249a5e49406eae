// What the Reduce* operators share: the axes input, keepdims, the shape rule and evaluation.
import { EngineError } from '../../ir/diagnostic.js';
import type { Node, Value } from '../../ir/graph.js';
import { normalAxis, stridesOf, type Shape } from '../../ir/shape.js';
import { element, tensorOf, type Tensor } from '../../ir/tensor.js';
import { flag, type AttributeValues } from '../attributes.js';
import { defineOp, zeroGradient, type OpDefinition } from '../defineOp.js';
import type { Emit } from '../emit.js';
import { rankOf, shapeOf } from '../valueTypes.js';
import { checkedAxis } from '../inference.js';
import { knownNumbers } from '../shaping/knownDims.js';
import { eachCoordinate, offsetOf } from '../shaping/rearrange.js';

/** A reduction at the moment of its gradient; Y and dY have the reduced axes kept with size 1. */
export interface ReductionParts {
  readonly emit: Emit;
  readonly X: Value;
  readonly Y: Value;
  readonly dY: Value;
  readonly axes: readonly number[];
}

export interface ReductionDeclaration {
  readonly type: string;
  readonly since: number;
  /** dX, of X's shape or broadcasting to it. */
  gradient(parts: ReductionParts): Value;
  /** The reduction of a list of numbers, where the operator serves shape arithmetic. */
  fold?: (values: readonly number[]) => number;
}

const specs = { keepdims: flag(true), noop_with_empty_axes: flag(false) };

export function defineReduction(declaration: ReductionDeclaration): OpDefinition {
  const { fold } = declaration;
  const evaluate =
    fold &&
    (([data, axes]: readonly (Tensor | undefined)[], attributes: AttributeValues<typeof specs>): Tensor[] => [
      reduceConstant(data!, axes, attributes.keepdims, attributes.noop_with_empty_axes, fold),
    ]);
  return defineOp({
    type: declaration.type,
    since: declaration.since,
    inputs: ['data', 'axes?'],
    outputs: ['reduced'],
    attributes: specs,
    infer: ({ data, attributes, node, fail }) => {
      const { keepdims, noop_with_empty_axes: noop } = attributes;
      const given = axesOf(node, data.shape.length, noop);
      if (!given) return [{ dtype: data.dtype, shape: keepdims ? data.shape.map(() => null) : undefined }];
      const axes = given.map((axis) => checkedAxis(axis, data.shape.length, fail, 'axes'));
      return [{ dtype: data.dtype, shape: reducedShape(data.shape, axes, keepdims) }];
    },
    gradient: {
      data: ({ emit, data, reduced, dY, attributes, node }) => {
        const axes = axesOf(node, rankOf(data), attributes.noop_with_empty_axes)?.map((axis) =>
          axis < 0 ? axis + rankOf(data) : axis,
        );
        if (!axes)
          throw new EngineError(
            'gradient.dynamic',
            `${node.type} '${node.name}': the gradient needs axes that are constant`,
            { node: node.name, port: 'axes' },
          );
        const kept = (value: Value): Value =>
          attributes.keepdims
            ? value
            : emit.unsqueeze(
                value,
                [...axes].sort((a, b) => a - b),
              );
        const context = {
          emit,
          X: data,
          // Built only where the rule reads it.
          get Y() {
            return kept(reduced);
          },
          dY: kept(dY),
          axes,
        };
        return emit.expandLike(declaration.gradient(context), data);
      },
      axes: zeroGradient('axes'),
    },
    ...(evaluate && { evaluate }),
    flops: (node) =>
      shapeOf(node.inputs[0]!).reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1),
  });
}

/** The axes as given, all when none are; `undefined` when they are not known. */
function axesOf(node: Node, rank: number, noop: boolean): readonly number[] | undefined {
  const given = node.inputs[1] ? knownNumbers(node.inputs[1]) : [];
  if (given?.length !== 0) return given;
  return noop ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): Shape {
  if (keepdims) return shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return shape.filter((_, axis) => !axes.includes(axis));
}

function reduceConstant(
  data: Tensor,
  axesTensor: Tensor | undefined,
  keepdims: boolean,
  noop: boolean,
  fold: (values: readonly number[]) => number,
): Tensor {
  const rank = data.shape.length;
  const given = axesTensor ? Array.from(axesTensor.data as BigInt64Array, Number) : [];
  const axes = given.length || noop ? given.map((axis) => normalAxis(axis, rank)!) : data.shape.map((_, axis) => axis);
  const keptShape = data.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const strides = stridesOf(keptShape).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const groups: number[][] = Array.from({ length: keptShape.reduce((a, b) => a * b, 1) }, () => []);
  eachCoordinate(data.shape, (coordinates, index) =>
    groups[offsetOf(coordinates, strides)]!.push(element(data, index)),
  );
  const shape = reducedShape(data.shape, axes, keepdims) as readonly number[];
  return tensorOf(data.dtype, shape, groups.map(fold));
}
