// Shapes, numbers and options of layers as short text.
import type { LayerDefinition } from '../../../../engine/layers/defineLayer.js';
import type { LayerSpec } from '../../../../engine/layers/modelSpec.js';
import type { OptionSpec } from '../../../../engine/layers/options.js';
import type { Shape } from '../../../../engine/ir/shape.js';
import { formatShape } from '../../../components/format.js';

/** `32 × 28 × 28`; one number an example is `1`. */
export function shapeText(shape: Shape): string {
  return formatShape(shape.map((dim) => dim ?? '?'));
}

/** What a node says of its options: those that must be given, kernels, and those that are not as usual. */
export function optionSummary(definition: LayerDefinition, { options }: LayerSpec): string {
  return Object.entries(definition.options)
    .flatMap(([name, spec]) => optionText(name, spec, options[name]) ?? [])
    .join(' · ');
}

/** Options that are worth a word even where they have their default. */
const alwaysShown: ReadonlySet<string> = new Set(['kernel', 'rate', 'heads', 'function', 'factor', 'mode']);
const neverShown: ReadonlySet<string> = new Set(['initializer', 'epsilon', 'momentum']);

function optionText(name: string, spec: OptionSpec<unknown>, given: unknown): string | undefined {
  const isDefault = given === undefined || given === null || JSON.stringify(given) === JSON.stringify(spec.fallback);
  if (neverShown.has(name) || (isDefault && !spec.required && !alwaysShown.has(name))) return undefined;
  const value = (given ?? spec.fallback) as OptionValue | null | undefined;
  const label = spec.label.toLowerCase();
  if (value === undefined || value === null) return spec.required ? `${label}?` : undefined;
  switch (spec.form.kind) {
    case 'flag':
      return value === true ? label : `no ${label}`;
    case 'choice':
      return value === 'none' ? undefined : valueText(value);
    case 'padding':
      return typeof value === 'string' ? value : `${label} ${valueText(value)}`;
    case 'perAxis':
      return name === 'kernel' && spec.form.axes > 1
        ? kernelText(value, spec.form.axes)
        : `${label} ${valueText(value)}`;
    case 'text':
      return valueText(value);
    case 'whole':
      // «64 units», but «head width 64».
      return /(?<!i)s$/.test(label) && !label.includes(' ')
        ? `${valueText(value)} ${value === 1 ? singular(label) : label}`
        : `${label} ${valueText(value)}`;
    default:
      return `${label} ${valueText(value)}`;
  }
}

function singular(label: string): string {
  return label === 'axes' ? 'axis' : label.replace(/ies$/, 'y').replace(/s$/, '');
}

type OptionValue = number | string | boolean | readonly number[];

function kernelText(value: OptionValue, axes: number): string {
  return Array.isArray(value) ? value.join('×') : new Array<OptionValue>(axes).fill(value).join('×');
}

/** Lists show their first four members. */
export function valueText(value: OptionValue): string {
  if (typeof value !== 'object') return String(value);
  const shown = value.slice(0, 4).join(', ');
  return value.length > 4 ? `${shown}, …` : shown;
}
