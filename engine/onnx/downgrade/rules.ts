// What each operator becomes in an opset that lacks its present form.
import type { Attributes, Node, Value } from '../../ir/graph.js';
import { EngineError } from '../../ir/diagnostic.js';
import { elements, tensorOf } from '../../ir/tensor.js';
import { normalAxis } from '../../ir/shape.js';
import type { Emit } from '../../ops/emit.js';
import { rankOf } from '../../ops/valueTypes.js';
import { knownNumbers } from '../../ops/shaping/knownDims.js';

/** Rewrites the node in place, or gives a value for its only output, made with `emit`. */
export type DowngradeRule = (node: Node, emit: Emit, opset: number) => Value | undefined;

export interface Downgrade {
  readonly types: readonly string[];
  /** Needed for opsets below this one. */
  readonly below: number;
  readonly apply: DowngradeRule;
}

function refuse(node: Node, sentence: string): never {
  throw new EngineError('onnx.downgrade', `${node.type} '${node.name}': ${sentence}`, { node: node.name });
}

function without(attributes: Attributes, ...names: string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

function numberOf(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' || attribute?.kind === 'float' ? attribute.value : fallback;
}

/** Drops attributes that the older form lacks; `defaults` are the values that say nothing. */
function dropping(since: number, defaults: Readonly<Record<string, unknown>>): DowngradeRule {
  return (node) => {
    for (const [name, quiet] of Object.entries(defaults)) {
      const given = node.attributes[name]?.value;
      const isQuiet =
        given === undefined || given === quiet || (Array.isArray(given) && given.every((entry) => entry === quiet));
      if (!isQuiet) refuse(node, `${name} needs opset ${since} or later`);
    }
    node.attributes = without(node.attributes, ...Object.keys(defaults));
    return undefined;
  };
}

/** X·Φ(X) written out (ONNX Gelu-20's own function body). */
const gelu: DowngradeRule = (node, emit) => {
  const x = node.inputs[0]!;
  const half = emit.mul(x, 0.5);
  if (node.attributes.approximate?.value !== 'tanh')
    return emit.mul(half, emit.add(emit.node('Erf', [emit.mul(x, Math.SQRT1_2)]), 1));
  const cubic = emit.add(x, emit.mul(emit.mul(emit.square(x), x), 0.044715));
  return emit.mul(half, emit.add(emit.tanh(emit.mul(cubic, Math.sqrt(2 / Math.PI))), 1));
};

const mish: DowngradeRule = ({ inputs: [x] }, emit) => emit.mul(x!, emit.tanh(emit.node('Softplus', [x])));

/** X / √(mean(X²) + ε) · scale over the axes from `axis` on. */
const rmsNormalization: DowngradeRule = (node, emit) => {
  const [x, scale] = [node.inputs[0]!, node.inputs[1]!];
  const from = normalAxis(numberOf(node, 'axis', -1), rankOf(x)) ?? refuse(node, 'axis lies outside the rank');
  const axes = Array.from({ length: rankOf(x) - from }, (_, index) => from + index);
  const mean = emit.reduceMean(emit.square(x), axes, true);
  return emit.mul(emit.div(x, emit.sqrt(emit.add(mean, numberOf(node, 'epsilon', 1e-5)))), scale);
};

/** Groups as the channels of an instance norm, then scale and bias by channel; any batch and size. */
const groupNormalization: DowngradeRule = (node, emit) => {
  const [x, scale, bias] = [node.inputs[0]!, node.inputs[1]!, node.inputs[2]!];
  const groups = numberOf(node, 'num_groups', 1);
  const grouped = emit.reshape(x, [0, groups, -1]);
  const [ones, zeros] = [1, 0].map((value) =>
    emit.constant(tensorOf(x.dtype ?? 'float32', [groups], new Array<number>(groups).fill(value))),
  );
  const normal = emit.node('InstanceNormalization', [grouped, ones, zeros], {
    epsilon: numberOf(node, 'epsilon', 1e-5),
  });
  const restored = emit.reshapeLike(normal, x);
  const byChannel = [-1, ...new Array<number>(rankOf(x) - 2).fill(1)];
  return emit.add(emit.mul(restored, emit.reshape(scale, byChannel)), emit.reshape(bias, byChannel));
};

const reductions =
  'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare';

/** Axes as an attribute. */
const reduction: DowngradeRule = (node) => {
  const [x, axes] = node.inputs;
  const known = axes && (knownNumbers(axes) ?? refuse(node, 'axes must be constant before opset 18'));
  const quiet = numberOf(node, 'noop_with_empty_axes', 0) !== 0 && !known?.length;
  if (quiet) refuse(node, 'noop_with_empty_axes needs opset 18 or later');
  node.inputs = [x];
  const others = without(node.attributes, 'noop_with_empty_axes');
  node.attributes = known?.length ? { ...others, axes: { kind: 'ints', value: known } } : others;
  return undefined;
};

/** Equal pieces are what Split-13 makes by itself; others get their lengths. */
const split: DowngradeRule = (node, emit) => {
  const { num_outputs: given } = node.attributes;
  node.attributes = without(node.attributes, 'num_outputs');
  if (!given || node.inputs[1]) return undefined;
  const axis =
    normalAxis(numberOf(node, 'axis', 0), rankOf(node.inputs[0]!)) ?? refuse(node, 'axis lies outside the rank');
  const size = node.inputs[0]!.shape![axis];
  const count = node.outputs.length;
  if (typeof size !== 'number') return refuse(node, `the size of axis ${axis} must be known before opset 18`);
  if (size % count === 0) return undefined;
  const length = Math.ceil(size / count);
  node.inputs[1] = emit.ints(node.outputs.map((_, at) => (at < count - 1 ? length : size - length * (count - 1))));
  return undefined;
};

/** Pads of all axes, where only some were given. */
const padAxes: DowngradeRule = (node, emit) => {
  const [x, pads, value, axes] = node.inputs;
  if (!axes) return undefined;
  const rank = rankOf(x!);
  const [given, places] = [knownNumbers(pads), knownNumbers(axes)];
  if (!given || !places) return refuse(node, 'pads and axes must be constant before opset 18');
  const all = new Array<number>(2 * rank).fill(0);
  places.forEach((axis, at) => {
    all[normalAxis(axis, rank)!] = given[at]!;
    all[normalAxis(axis, rank)! + rank] = given[at + places.length]!;
  });
  node.inputs = value ? [x, emit.ints(all), value] : [x, emit.ints(all)];
  return undefined;
};

/** Scales or sizes of all axes, where only some were given. */
const resizeAxes: DowngradeRule = (node, emit) => {
  const { axes } = node.attributes;
  node.attributes = without(node.attributes, 'axes');
  if (axes?.kind !== 'ints') return undefined;
  const rank = rankOf(node.inputs[0]!);
  const scales = node.inputs[2]?.constant;
  const sizes = knownNumbers(node.inputs[3]);
  const all: number[] = node.inputs[0]!.shape!.map((dim) => (sizes ? (typeof dim === 'number' ? dim : -1) : 1));
  axes.value.forEach((axis, at) => {
    const number = sizes ? sizes[at] : scales && elements(scales)[at];
    all[normalAxis(axis, rank)!] = number ?? refuse(node, 'scales or sizes must be constant before opset 18');
  });
  if (all.includes(-1)) refuse(node, 'sizes of some axes only need opset 18 or later where the others are symbolic');
  if (sizes) node.inputs[3] = emit.ints(all);
  else node.inputs[2] = emit.constant(tensorOf('float32', [rank], all), 'scales');
  return undefined;
};

const sampleModes: Readonly<Record<string, string>> = { linear: 'bilinear', cubic: 'bicubic' };

const gridSample: DowngradeRule = (node) => {
  if (rankOf(node.inputs[0]!) !== 4) refuse(node, 'anything but images needs opset 20 or later');
  const mode = node.attributes.mode?.kind === 'string' ? node.attributes.mode.value : 'linear';
  node.attributes = { ...node.attributes, mode: { kind: 'string', value: sampleModes[mode] ?? mode } };
  return undefined;
};

const scatter: DowngradeRule = (node) => {
  const reduction = node.attributes.reduction?.value;
  if (reduction === 'max' || reduction === 'min') refuse(node, `reduction ${reduction} needs opset 18 or later`);
  return undefined;
};

/** In the order in which they apply. A form that an older opset lacks adds one line. */
export const downgrades: readonly Downgrade[] = [
  { types: ['RMSNormalization'], below: 23, apply: rmsNormalization },
  { types: ['GroupNormalization'], below: 21, apply: groupNormalization },
  { types: ['Gelu'], below: 20, apply: gelu },
  { types: ['GridSample'], below: 20, apply: gridSample },
  { types: ['AveragePool'], below: 19, apply: dropping(19, { dilations: 1 }) },
  { types: ['Cast'], below: 19, apply: dropping(19, { saturate: 1 }) },
  {
    types: ['Pad'],
    below: 19,
    apply: (node) =>
      node.attributes.mode?.value === 'wrap' ? refuse(node, 'mode wrap needs opset 19 or later') : undefined,
  },
  {
    types: ['Resize'],
    below: 19,
    apply: (node) =>
      node.attributes.coordinate_transformation_mode?.value === 'half_pixel_symmetric'
        ? refuse(node, 'half_pixel_symmetric needs opset 19 or later')
        : undefined,
  },
  { types: ['Mish'], below: 18, apply: mish },
  { types: reductions.split(' '), below: 18, apply: reduction },
  { types: ['Split'], below: 18, apply: split },
  { types: ['Pad'], below: 18, apply: padAxes },
  { types: ['Resize'], below: 18, apply: resizeAxes },
  { types: ['Resize'], below: 18, apply: dropping(18, { antialias: 0, keep_aspect_ratio_policy: 'stretch' }) },
  { types: ['LpPool'], below: 18, apply: dropping(18, { dilations: 1, ceil_mode: 0 }) },
  { types: ['ScatterElements', 'ScatterND'], below: 18, apply: scatter },
];
