// What a layer of the editor is: its form, the inputs it takes, and its lowering to operators.
import { isFloat, type DType } from '../ir/dtype.js';
import type { Diagnostic } from '../ir/diagnostic.js';
import type { Value, ValueType } from '../ir/graph.js';
import type { OptionSpecs, OptionValues } from './options.js';
import type { LoweringScope } from './scope.js';

// An input is written 'x', optional 'mask?', or variadic 'inputs...' (last only, at least two).
type PortName<P extends string> = P extends `${infer N}?` ? N : P extends `${infer N}...` ? N : P;
type PortValue<P extends string, V> = P extends `${string}?`
  ? V | undefined
  : P extends `${string}...`
    ? readonly V[]
    : V;
export type LayerInputs<P extends readonly string[], V> = {
  readonly [K in P[number] as PortName<K>]: PortValue<K, V>;
};

export const categories = [
  'linear',
  'convolution',
  'pooling',
  'normalization',
  'activation',
  'regularization',
  'sequence',
  'recurrent',
  'shape',
  'merge',
  'composite',
] as const;
export type Category = (typeof categories)[number];

/** What an input must be. */
export interface Acceptance {
  /** Dimensions, batch included: exactly, or at least and at most. */
  readonly rank?: number | readonly [number, number];
  /** Default `float`. */
  readonly kind?: 'float' | 'integer' | 'any';
}

/** Reports a fault at an input or option of the layer: `report('units', 'must divide …')`. */
export type Report = (port: string, sentence: string) => void;

export interface LayerDeclaration<P extends readonly string[], O> {
  readonly type: string;
  readonly title: string;
  readonly category: Category;
  readonly description: string;
  readonly inputs: P;
  /** What each input must be (default: float of rank 1 or more). */
  readonly accepts?: Readonly<Partial<Record<PortName<P[number]>, Acceptance>>>;
  /** Names of the outputs; default one, `output`. */
  readonly outputs?: readonly string[];
  readonly options: O;
  /** Faults of shapes and options together; shapes may hold symbolic dimensions, dimension 0 is the batch. */
  faults?(inputs: LayerInputs<P, ValueType>, options: OptionValues<O>, report: Report): void;
  /** Emits the layer. The batch (dimension 0) may be symbolic unless `scope.training`. */
  lower(scope: LoweringScope, inputs: LayerInputs<P, Value>, options: OptionValues<O>): Value | readonly Value[];
}

export interface LayerPort {
  readonly name: string;
  readonly optional: boolean;
  readonly variadic: boolean;
  readonly accepts: Acceptance;
}

/** A definition whose port and option types have been checked and can be forgotten. */
export interface LayerDefinition {
  readonly type: string;
  readonly title: string;
  readonly category: Category;
  readonly description: string;
  readonly inputs: readonly LayerPort[];
  readonly outputs: readonly string[];
  readonly options: OptionSpecs;
  /** Every fault of these inputs under these (valid) options. */
  check(layer: string, inputs: readonly ValueType[], options: LayerOptions): Diagnostic[];
  lower(scope: LoweringScope, inputs: readonly Value[], options: LayerOptions): readonly Value[];
}

/** Options with the defaults filled in. */
export type LayerOptions = Readonly<Record<string, unknown>>;

export function defineLayer<const P extends readonly string[], const O>(
  declaration: LayerDeclaration<P, O>,
): LayerDefinition {
  const { type, title, category, description, outputs = ['output'] } = declaration;
  const accepts: Readonly<Record<string, Acceptance | undefined>> = declaration.accepts ?? {};
  const ports = declaration.inputs.map((wish) => {
    const name = wish.replace(/\?$|\.\.\.$/, '');
    return { name, optional: wish.endsWith('?'), variadic: wish.endsWith('...'), accepts: accepts[name] ?? {} };
  });
  return {
    type,
    title,
    category,
    description,
    inputs: ports,
    outputs,
    options: declaration.options as OptionSpecs,
    check(layer, inputs, options) {
      const faults: Diagnostic[] = [];
      const report: Report = (port, sentence) => {
        faults.push(layerFault(type, layer, port, sentence));
      };
      inputs.forEach((input, index) => checkInput(input, ports[Math.min(index, ports.length - 1)]!, report));
      if (faults.length === 0)
        declaration.faults?.(byPort(ports, inputs) as LayerInputs<P, ValueType>, options as OptionValues<O>, report);
      return faults;
    },
    lower(scope, inputs, options) {
      const result = declaration.lower(
        scope,
        byPort(ports, inputs) as LayerInputs<P, Value>,
        options as OptionValues<O>,
      );
      return Array.isArray(result) ? (result as readonly Value[]) : [result as Value];
    },
  };
}

/** `Dense 'head': …`, located at the layer and the port. */
export function layerFault(type: string, layer: string, port: string, sentence: string): Diagnostic {
  return {
    code: 'layer.invalid',
    severity: 'error',
    message: `${type} '${layer}': ${sentence}`,
    place: { node: layer, port },
  };
}

function byPort(ports: readonly LayerPort[], values: readonly unknown[]): object {
  return Object.fromEntries(
    ports.map((port, index) => [port.name, port.variadic ? values.slice(index) : values[index]]),
  );
}

function checkInput(input: ValueType, port: LayerPort, report: Report): void {
  const { rank, kind = 'float' } = port.accepts;
  if (kind !== 'any' && isFloat(input.dtype) !== (kind === 'float'))
    report(port.name, `input ${port.name} must be ${kindNames[kind]}, got ${input.dtype}${remedy(kind, input.dtype)}`);
  const [low, high] = typeof rank === 'number' ? [rank, rank] : (rank ?? [1, 8]);
  const actual = input.shape.length;
  if (actual < low || actual > high)
    report(
      port.name,
      `input ${port.name} must have ${low === high ? low : `${low} to ${high}`} dimensions with the batch, got ${actual}`,
    );
}

const kindNames = { float: 'floating point', integer: 'whole numbers' } as const;

function remedy(kind: 'float' | 'integer', dtype: DType): string {
  return kind === 'float' && dtype === 'int64' ? '; put an Embedding before it' : '';
}
