// The functions that gates and candidates of recurrent operators may be given by name.
import { EngineError } from '../../ir/diagnostic.js';
import type { Value } from '../../ir/graph.js';
import type { Emit } from '../emit.js';
import type { RecurrentAttributes } from './recurrentInference.js';

export type GateActivation = (x: Value) => Value;

type Builder = (emit: Emit, alpha: number | undefined, beta: number | undefined) => GateActivation;

const direct =
  (type: string): Builder =>
  (emit) =>
  (x) =>
    emit.node(type, [x]);

/** By lower-case name, as ONNX matches them; defaults are those of the operators of the same name. */
const builders: Readonly<Record<string, Builder>> = {
  relu: direct('Relu'),
  tanh: direct('Tanh'),
  sigmoid: direct('Sigmoid'),
  softsign: direct('Softsign'),
  softplus: direct('Softplus'),
  leakyrelu:
    (emit, alpha = 0.01) =>
    (x) =>
      emit.node('LeakyRelu', [x], { alpha }),
  thresholdedrelu:
    (emit, alpha = 1) =>
    (x) =>
      emit.mul(x, emit.indicator(emit.greater(x, alpha), x)),
  elu:
    (emit, alpha = 1) =>
    (x) =>
      emit.node('Elu', [x], { alpha }),
  hardsigmoid:
    (emit, alpha = 0.2, beta = 0.5) =>
    (x) =>
      emit.node('HardSigmoid', [x], { alpha, beta }),
  affine:
    (emit, alpha = 1, beta = 0) =>
    (x) =>
      emit.add(emit.mul(x, alpha), beta),
  scaledtanh:
    (emit, alpha = 1, beta = 1) =>
    (x) =>
      emit.mul(emit.tanh(emit.mul(x, beta)), alpha),
};

const takesAlpha = new Set(['leakyrelu', 'thresholdedrelu', 'elu', 'hardsigmoid', 'affine', 'scaledtanh']);
const takesBeta = new Set(['hardsigmoid', 'affine', 'scaledtanh']);

/**
 * The activations of each direction. `activation_alpha` and `activation_beta` list their numbers in
 * the order of the functions that take them. All results are behind `clip`.
 */
export function gateActivations(
  emit: Emit,
  attributes: RecurrentAttributes,
  defaults: readonly string[],
  directions: number,
): GateActivation[][] {
  const names = attributes.activations ?? Array.from({ length: directions }, () => defaults).flat();
  const alphas = [...(attributes.activation_alpha ?? [])];
  const betas = [...(attributes.activation_beta ?? [])];
  if (names.length !== defaults.length * directions)
    throw new EngineError(
      'recurrent.activations',
      `activations: ${defaults.length} names for each of ${directions} directions expected, got ${names.length}`,
    );
  const all = names.map((name) => {
    const key = name.toLowerCase();
    const builder = builders[key];
    if (!builder) throw new EngineError('recurrent.activation', `activations: no activation is named ${name}`);
    const alpha = takesAlpha.has(key) ? alphas.shift() : undefined;
    return clipped(emit, attributes.clip, builder(emit, alpha, takesBeta.has(key) ? betas.shift() : undefined));
  });
  return Array.from({ length: directions }, (_, at) => all.slice(at * defaults.length, (at + 1) * defaults.length));
}

function clipped(emit: Emit, bound: number, activation: GateActivation): GateActivation {
  if (bound <= 0) return activation;
  return (x) => activation(emit.node('Clip', [x, emit.scalar(-bound, x), emit.scalar(bound, x)]));
}
