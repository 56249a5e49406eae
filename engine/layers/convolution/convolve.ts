// One convolution with its weight and bias: inside every layer that convolves.
import type { Value, ValueType } from '../../ir/graph.js';
import { shapeOf } from '../../ops/valueTypes.js';
import { emitActivation, type ActivationName } from '../activation/activations.js';
import type { Report } from '../defineLayer.js';
import { known, requireKnown } from '../faults.js';
import { weightInitializer, zeroInitializer, type InitializerName } from '../initialization.js';
import { normalizedWeight } from '../linear/normalizedWeight.js';
import { eachAxis, type Padding, type PerAxis } from '../options.js';
import type { LoweringScope } from '../scope.js';
import { checkWindow, windowAttributes } from './spatial.js';

export interface ConvolutionOptions {
  readonly filters: number;
  readonly kernel: PerAxis;
  readonly stride?: PerAxis;
  readonly dilation?: PerAxis;
  readonly padding?: Padding;
  readonly groups?: number;
  readonly bias?: boolean;
  readonly activation?: ActivationName;
  readonly initializer?: InitializerName;
  readonly weightNorm?: boolean;
}

/** `x` [batch, channels, …spatial] → [batch, filters, …spatial]; `weight` [filters, channels / groups, …kernel]. */
export function lowerConvolution(scope: LoweringScope, x: Value, options: ConvolutionOptions): Value {
  const { filters, groups = 1, bias = true, activation = 'none' } = options;
  const [, channels, ...sizes] = shapeOf(x);
  const window = { stride: 1, dilation: 1, padding: 'valid' as const, ...options };
  const declaration = {
    shape: [filters, known(channels) / groups, ...eachAxis(options.kernel, sizes.length)],
    initializer: weightInitializer(options.initializer ?? 'heUniform'),
  };
  const weight = options.weightNorm ? normalizedWeight(scope, declaration) : scope.parameter('weight', declaration);
  const offset = bias
    ? scope.parameter('bias', { shape: [filters], initializer: zeroInitializer, decay: false })
    : undefined;
  const attributes = { ...windowAttributes(window, sizes), group: groups };
  return emitActivation(scope.emit, scope.emit.node('Conv', [x, weight, offset], attributes), activation);
}

/** Channels must be known and both they and the filters divisible by the groups; the window must fit. */
export function checkConvolution(x: ValueType, options: ConvolutionOptions, report: Report): void {
  if (!requireKnown(x, 1, 'x', report)) return;
  const { filters, groups = 1 } = options;
  const channels = known(x.shape[1]);
  if (channels % groups) report('groups', `groups must divide the ${channels} input channels, got ${groups}`);
  if (filters % groups) report('groups', `groups must divide the ${filters} filters, got ${groups}`);
  checkWindow(x, { stride: 1, dilation: 1, padding: 'valid', ...options }, report);
}
