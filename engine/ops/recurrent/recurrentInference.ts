// What RNN, LSTM and GRU have in common as operators: attributes, shapes, work.
import type { Node } from '../../ir/graph.js';
import { EngineError } from '../../ir/diagnostic.js';
import { dimsConflict, formatShape, type Dim, type Shape } from '../../ir/shape.js';
import { flag, float, floats, int, oneOf, optionalInt, texts, type AttributeValues } from '../attributes.js';
import type { InferredType, KnownInput } from '../defineOp.js';
import { knownSize } from '../inference.js';

export const recurrentAttributes = {
  activation_alpha: floats(),
  activation_beta: floats(),
  activations: texts(),
  /** Bounds what goes into the activations to ±clip; 0 stands for no bound. */
  clip: float(0),
  direction: oneOf(['forward', 'reverse', 'bidirectional'], 'forward'),
  hidden_size: optionalInt(),
  layout: int(0),
};

export const lstmAttributes = { ...recurrentAttributes, input_forget: flag(false) };
export const gruAttributes = { ...recurrentAttributes, linear_before_reset: flag(false) };

export type RecurrentAttributes = AttributeValues<typeof recurrentAttributes>;

interface Operands {
  readonly X: KnownInput;
  readonly W: KnownInput;
  readonly R: KnownInput;
  readonly B: KnownInput | undefined;
  readonly attributes: RecurrentAttributes;
  readonly fail: (port: string, sentence: string) => never;
}

/** Y [T, D, N, H] and `states` times [D, N, H]; with layout 1 [N, T, D, H] and [N, D, H]. */
export function recurrentTypes(
  { X, W, R, B, attributes, fail }: Operands,
  gates: number,
  states: number,
): InferredType[] {
  if (X.shape.length !== 3) fail('X', `rank must be 3 (steps, batch, inputs), got ${formatShape(X.shape)}`);
  const directions = attributes.direction === 'bidirectional' ? 2 : 1;
  const hidden = attributes.hidden_size ?? R.shape[2] ?? null;
  const rows = typeof hidden === 'number' ? gates * hidden : null;
  const demand = (port: string, input: KnownInput, shape: Shape): void => {
    if (input.shape.length !== shape.length || input.shape.some((dim, axis) => dimsConflict(dim, shape[axis]!)))
      fail(port, `shape must be ${formatShape(shape)}, got ${formatShape(input.shape)}`);
  };
  demand('W', W, [directions, rows, X.shape[2]!]);
  demand('R', R, [directions, rows, hidden]);
  if (B) demand('B', B, [directions, rows === null ? null : 2 * rows]);
  const batchFirst = attributes.layout === 1;
  const [steps, batch]: [Dim, Dim] = batchFirst ? [X.shape[1]!, X.shape[0]!] : [X.shape[0]!, X.shape[1]!];
  const state = { dtype: X.dtype, shape: batchFirst ? [batch, directions, hidden] : [directions, batch, hidden] };
  const sequence = batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden];
  return [{ dtype: X.dtype, shape: sequence }, ...new Array<InferredType>(states).fill(state)];
}

/** Products with the input and with the state at every step. */
export function recurrentFlops(node: Node): number {
  const [x, w, r] = node.inputs.map((input) => input?.shape);
  const rows = (x ?? []).slice(0, 2);
  return 2 * knownSize(rows) * (knownSize(w) + knownSize(r));
}

/** Recurrent operators are differentiated through their lowering to steps, which `differentiate` puts in their place. */
export function byLowering({ node }: { readonly node: Node }): never {
  throw new EngineError(
    'gradient.notLowered',
    `${node.type} '${node.name}': must be lowered to time steps before it is differentiated`,
    { node: node.name },
  );
}
