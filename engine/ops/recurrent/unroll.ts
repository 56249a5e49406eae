// Unrolls a recurrent operator over its steps: input products of all steps at once, then one cell a step.
import type { Value } from '../../ir/graph.js';
import { tensorOf } from '../../ir/tensor.js';
import type { Emit } from '../emit.js';
import { staticShapeOf } from '../valueTypes.js';
import type { GateActivation } from './gateActivation.js';
import type { RecurrentAttributes } from './recurrentInference.js';

export interface RecurrentOperands {
  /** [T, N, I], or [N, T, I] with layout 1. */
  readonly X: Value;
  /** [D, gates·H, I]. */
  readonly W: Value;
  /** [D, gates·H, H]. */
  readonly R: Value;
  /** [D, 2·gates·H]: those of W, then those of R. */
  readonly B?: Value | undefined;
  /** int32 [N]. */
  readonly sequence_lens?: Value | undefined;
  /** [D, N, H], or [N, D, H] with layout 1; zeros when left out. */
  readonly initial_h?: Value | undefined;
}

/** One direction's weights, without the direction axis. */
export interface CellWeights {
  readonly w: Value;
  readonly r: Value;
  readonly inputBias: Value | undefined;
  readonly stateBias: Value | undefined;
  readonly direction: number;
  readonly hidden: number;
  readonly batch: number;
}

/** The state between steps: h, and what else the cell carries; `undefined` stands for zeros. */
export type State = readonly (Value | undefined)[];

export interface Cell {
  /** What is added to each step's input product. */
  readonly bias: Value | undefined;
  /** One step: from `projected` [N, gates·H] and the state before, the state after. */
  step(projected: Value, state: State): Value[];
}

export interface Unrolling {
  readonly gates: number;
  readonly attributes: RecurrentAttributes;
  /** Initial states, h first, with their direction axis. */
  readonly initial: readonly (Value | undefined)[];
  readonly activations: readonly (readonly GateActivation[])[];
  cell(weights: CellWeights, activations: readonly GateActivation[]): Cell;
}

/** Y, then the last states. */
export interface Unrolled {
  readonly sequence: Value;
  readonly states: readonly Value[];
}

/** Emits the steps of all directions. The number of steps, the batch and all sizes must be known. */
export function unroll(emit: Emit, operands: RecurrentOperands, unrolling: Unrolling): Unrolled {
  const { attributes } = unrolling;
  const batchFirst = attributes.layout === 1;
  const x = batchFirst ? emit.transpose(operands.X, [1, 0, 2]) : operands.X;
  const initial = unrolling.initial.map((value) => value && (batchFirst ? emit.transpose(value, [1, 0, 2]) : value));
  const backward = { forward: [false], reverse: [true], bidirectional: [false, true] }[attributes.direction];
  const mask = operands.sequence_lens && stepMasks(emit, x, operands.sequence_lens);
  const runs = backward.map((reverse, direction) =>
    emit.within(reverse ? 'backward' : 'forward', () =>
      runDirection(emit, { ...operands, X: x }, { ...unrolling, initial }, direction, reverse, mask),
    ),
  );
  const sequence = emit.concat(
    runs.map((run) => run.sequence),
    1,
  );
  const states = runs[0]!.states.map((_, at) =>
    emit.concat(
      runs.map((run) => run.states[at]!),
      0,
    ),
  );
  if (!batchFirst) return { sequence, states };
  return {
    sequence: emit.transpose(sequence, [2, 0, 1, 3]),
    states: states.map((state) => emit.transpose(state, [1, 0, 2])),
  };
}

/** One direction: Y as [T, 1, N, H] and states as [1, N, H]. */
function runDirection(
  emit: Emit,
  operands: RecurrentOperands,
  unrolling: Unrolling,
  direction: number,
  reverse: boolean,
  masks: readonly Value[] | undefined,
): Unrolled {
  const [steps, batch] = staticShapeOf(operands.X) as [number, number, number];
  const weights = cellWeights(emit, operands, unrolling.gates, direction, batch);
  const cell = unrolling.cell(weights, unrolling.activations[direction]!);
  const projected = project(emit, operands.X, weights.w, cell.bias);
  const order = Array.from({ length: steps }, (_, at) => (reverse ? steps - 1 - at : at));
  const outputs = new Array<Value>(steps);
  let state: State = unrolling.initial.map((value) => value && memberOf(emit, value, direction));
  for (const step of order) {
    const next = cell.step(projected[step]!, state);
    state = masks ? held(emit, masks[step]!, next, state) : next;
    outputs[step] = masks ? emit.mul(next[0]!, masks[step]!) : next[0]!;
  }
  const { hidden } = weights;
  return {
    sequence: emit.reshape(emit.concat(outputs, 0), [steps, 1, batch, hidden]),
    states: state.map((value) => emit.reshape(value!, [1, batch, hidden])),
  };
}

function cellWeights(
  emit: Emit,
  operands: RecurrentOperands,
  gates: number,
  direction: number,
  batch: number,
): CellWeights {
  const hidden = staticShapeOf(operands.R)[2]!;
  const biases = operands.B && emit.split(memberOf(emit, operands.B, direction), [gates * hidden, gates * hidden], 0);
  return {
    w: memberOf(emit, operands.W, direction),
    r: memberOf(emit, operands.R, direction),
    inputBias: biases?.[0],
    stateBias: biases?.[1],
    direction,
    hidden,
    batch,
  };
}

/** The member of the first axis, without that axis. */
export function memberOf(emit: Emit, value: Value, direction: number): Value {
  const shape = staticShapeOf(value);
  const member = shape[0] === 1 ? value : emit.slice(value, [direction], [direction + 1], [0]);
  return emit.reshape(member, shape.slice(1));
}

/** X·Wᵀ + bias for all steps in one product, cut into one [N, gates·H] a step. */
function project(emit: Emit, x: Value, w: Value, bias: Value | undefined): Value[] {
  const [steps, batch, inputs] = staticShapeOf(x) as [number, number, number];
  const rows = emit.reshape(x, [steps * batch, inputs]);
  const all = emit.node('Gemm', [rows, w, bias], { transB: true });
  return emit.split(all, new Array<number>(steps).fill(batch), 0);
}

/** For each step [N, 1]: 1 within the example's length, else 0. */
function stepMasks(emit: Emit, x: Value, lengths: Value): Value[] {
  const [steps, batch] = staticShapeOf(x) as [number, number, number];
  const positions = Array.from({ length: steps }, (_, step) => step);
  const counted = emit.constant(tensorOf(x.dtype ?? 'float32', [steps, 1], positions), 'positions');
  const inside = emit.less(counted, emit.reshape(emit.cast(lengths, x.dtype ?? 'float32'), [1, batch]));
  const mask = emit.reshape(emit.indicator(inside, x), [steps * batch, 1]);
  return emit.split(mask, new Array<number>(steps).fill(batch), 0);
}

/** Past an example's length the state stays what it was. */
function held(emit: Emit, mask: Value, next: readonly Value[], state: State): Value[] {
  return next.map((value, at) => {
    const before = state[at];
    return before ? emit.add(before, emit.mul(mask, emit.sub(value, before))) : emit.mul(mask, value);
  });
}

/** projected + h·Rᵀ; a state of zeros adds nothing. */
export function withState(emit: Emit, projected: Value, h: Value | undefined, r: Value): Value {
  return h ? emit.node('Gemm', [h, r, projected], { transB: true }) : projected;
}

export function sumOf(emit: Emit, a: Value | undefined, b: Value | undefined): Value | undefined {
  return a && b ? emit.add(a, b) : (a ?? b);
}
