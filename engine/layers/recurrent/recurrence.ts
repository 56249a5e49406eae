// RNN, LSTM and GRU layers: stacked and bidirectional, over ONNX's recurrent operators, with PyTorch's tensors.
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../../ops/emit.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { known } from '../faults.js';
import { lowerDropout } from '../regularization/dropout.js';
import type { LoweringScope } from '../scope.js';
import { floatMask } from '../sequence/paddingMask.js';

/** One kind of cell. */
export interface Cell {
  readonly type: 'RNN' | 'LSTM' | 'GRU';
  /** For each of ONNX's gates, the place among PyTorch's: weights are [gates · units, …] in that order. */
  readonly gateOrder: readonly number[];
  readonly attributes: Readonly<Record<string, number | boolean | string | readonly string[]>>;
}

export interface RecurrenceOptions {
  readonly units: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly returnSequences: boolean;
  readonly dropout: number;
}

/** The longest sequence that is unrolled into steps for training. */
export const longestRecurrence = 4096;

/**
 * x [batch, length, features], mask [batch, length] with the padding at the end → the output (the
 * sequence [batch, length, directions · units] or the last state), then the last states.
 */
export function lowerRecurrence(
  scope: LoweringScope,
  { x, mask }: { readonly x: Value; readonly mask: Value | undefined },
  cell: Cell,
  options: RecurrenceOptions,
): Value[] {
  const { emit } = scope;
  const lengths = mask && lengthsOf(emit, mask);
  const width = options.units * (options.bidirectional ? 2 : 1);
  let sequence = emit.transpose(x, [1, 0, 2]);
  let states: Value[] = [];
  for (let layer = 0; layer < options.layers; layer++) {
    if (layer) sequence = lowerDropout(scope, sequence, options.dropout, undefined, `dropout_l${layer}`);
    const [steps, ...last] = recurrentNode(scope, sequence, lengths, cell, options, layer);
    // [length, directions, batch, units] → [length, batch, directions · units]
    sequence = emit.reshape(emit.transpose(steps!, [0, 2, 1, 3]), [0, 0, width]);
    states = last;
  }
  const flat = states.map((state) => emit.reshape(emit.transpose(state, [1, 0, 2]), [0, width]));
  return [options.returnSequences ? emit.transpose(sequence, [1, 0, 2]) : flat[0]!, ...flat];
}

/** Steps that count, at least one: a sequence of padding alone has no state to return otherwise. */
function lengthsOf(emit: Emit, mask: Value): Value {
  return emit.cast(emit.max(emit.reduceSum(floatMask(emit, mask), [1]), 1), 'int32');
}

function recurrentNode(
  scope: LoweringScope,
  sequence: Value,
  lengths: Value | undefined,
  cell: Cell,
  { units, bidirectional }: RecurrenceOptions,
  layer: number,
): Value[] {
  const { emit } = scope;
  const features = known(shapeOf(sequence)[2]);
  const suffixes = bidirectional ? [`_l${layer}`, `_l${layer}_reverse`] : [`_l${layer}`];
  const rows = units * cell.gateOrder.length;
  const gather = (kind: string, shape: readonly number[]): Value[] =>
    suffixes.map((suffix) => reorder(emit, parameter(scope, `${kind}${suffix}`, shape, units), cell, units));
  const stack = (values: readonly Value[]): Value =>
    emit.concat(
      values.map((value) => emit.unsqueeze(value, [0])),
      0,
    );
  const inputWeights = stack(gather('weight_ih', [rows, features]));
  const stateWeights = stack(gather('weight_hh', [rows, units]));
  const inputBias = gather('bias_ih', [rows]);
  const stateBias = gather('bias_hh', [rows]);
  const bias = stack(inputBias.map((value, direction) => emit.concat([value, stateBias[direction]!], 0)));
  return emit.nodes(
    cell.type,
    [sequence, inputWeights, stateWeights, bias, lengths],
    {
      hidden_size: units,
      direction: bidirectional ? 'bidirectional' : 'forward',
      ...attributesOf(cell, bidirectional),
    },
    cell.type === 'LSTM' ? 3 : 2,
  );
}

/** Uniform within ±1/√units, as PyTorch starts all tensors of its recurrent layers. */
function parameter(scope: LoweringScope, name: string, shape: readonly number[], units: number): Value {
  const bound = 1 / Math.sqrt(units);
  const initializer = { type: 'uniform', low: -bound, high: bound } as const;
  return scope.parameter(name, { shape, initializer, decay: shape.length > 1 });
}

function reorder(emit: Emit, value: Value, { gateOrder }: Cell, units: number): Value {
  if (gateOrder.every((gate, place) => gate === place)) return value;
  const gates = emit.split(value, new Array<number>(gateOrder.length).fill(units), 0);
  return emit.concat(
    gateOrder.map((gate) => gates[gate]!),
    0,
  );
}

/** Activations are listed once a direction. */
function attributesOf({ attributes }: Cell, bidirectional: boolean): Cell['attributes'] {
  const { activations } = attributes;
  if (!bidirectional || !Array.isArray(activations)) return attributes;
  return { ...attributes, activations: [...(activations as string[]), ...(activations as string[])] };
}
