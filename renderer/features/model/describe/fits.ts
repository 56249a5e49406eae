// Which layers can take what flows at a place, and with which options a new layer begins.
import type { ValueType } from '../../../../engine/ir/graph.js';
import { isStatic, sizeOf, type Shape } from '../../../../engine/ir/shape.js';
import type { LayerDefinition } from '../../../../engine/layers/defineLayer.js';
import { allLayers } from '../../../../engine/layers/index.js';
import type { LayerSpec } from '../../../../engine/layers/modelSpec.js';

type Options = LayerSpec['options'];

/** What flows along a connection: without the batch. */
export interface Flow {
  readonly dtype: ValueType['dtype'];
  readonly shape: Shape;
}

/** Values of options that have no default, chosen to suit what comes in. */
export function startingOptions(definition: LayerDefinition, flow?: Flow): Options {
  const options: Options = {};
  for (const [name, spec] of Object.entries(definition.options))
    if (spec.required) options[name] = startingValue(name, flow);
  return options;
}

function startingValue(name: string, flow: Flow | undefined): Options[string] {
  const channels = typeof flow?.shape[0] === 'number' ? flow.shape[0] : 0;
  switch (name) {
    case 'filters':
      // Blocks and convolutions of images usually widen powers of two.
      return channels >= 16 && channels <= 1024 ? channels : 32;
    case 'inner':
      return channels >= 16 ? Math.max(1, Math.floor(channels / 4)) : 16;
    case 'units':
      return 64;
    case 'count':
      return 256;
    case 'dimension':
      return 64;
    case 'shape':
      return flow && isStatic(flow.shape) ? [sizeOf(flow.shape)] : [-1];
    case 'edges':
      return [1];
    case 'equation':
      return 'bi,bi->b';
    default:
      return 1;
  }
}

/** Whether a layer with starting options takes this as its first input without a fault there. */
export function takes(definition: LayerDefinition, flow: Flow): boolean {
  const type: ValueType = { dtype: flow.dtype, shape: [1, ...flow.shape] };
  const [first, second] = definition.inputs;
  if (!first) return false;
  const several = first.variadic || (second !== undefined && !second.optional);
  const inputs = several ? [type, type] : [type];
  const options = { ...defaultsOf(definition), ...startingOptions(definition, flow) };
  return definition
    .check('', inputs, options)
    .every(({ place }) => place.port !== undefined && isLaterPort(definition, place.port));
}

/** Faults of later inputs are none of this connection: they come from somewhere else. */
function isLaterPort(definition: LayerDefinition, port: string): boolean {
  const at = definition.inputs.findIndex(({ name }) => name === port);
  return at > 0 || Object.hasOwn(definition.options, port);
}

function defaultsOf(definition: LayerDefinition): Options {
  return Object.fromEntries(
    Object.entries(definition.options).map(([name, { fallback }]) => [name, fallback as Options[string]]),
  );
}

/** Whether this may go into input `index` of a layer, by type and number of dimensions. */
export function acceptsAt(definition: LayerDefinition, index: number, flow: Flow): boolean {
  const port = definition.inputs[Math.min(index, definition.inputs.length - 1)];
  if (!port || (index >= definition.inputs.length && !port.variadic)) return false;
  const { rank, kind = 'float' } = port.accepts;
  const isFloat = /^(float|bfloat)/.test(flow.dtype);
  if (kind !== 'any' && isFloat !== (kind === 'float')) return false;
  const [low, high] = typeof rank === 'number' ? [rank, rank] : (rank ?? [1, 8]);
  const dimensions = flow.shape.length + 1;
  return dimensions >= low && dimensions <= high;
}

/** All layers that take it, in the order of the palette; without a flow, all layers. */
export function fittingLayers(flow: Flow | undefined): readonly LayerDefinition[] {
  return flow ? allLayers().filter((definition) => takes(definition, flow)) : allLayers();
}
