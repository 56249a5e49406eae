// From a spec to graphs: onto a given host, or whole with everything declared.
import { EngineError, type Diagnostic } from '../ir/diagnostic.js';
import type { Value } from '../ir/graph.js';
import { Graph } from '../ir/graph.js';
import type { Shape } from '../ir/shape.js';
import { Emit } from '../ops/emit.js';
import { ModelLowering, type LoweredModel, type ModelHost } from './modelLowering.js';
import { faultsOf, parseModelSpec, type InputSpec, type ModelSpec } from './modelSpec.js';
import { resolveModel } from './resolveModel.js';
import type { BufferDeclaration, Distribution, ParameterDeclaration } from './scope.js';

/** The name of dimension 0 in graphs that take any batch. */
export const batchName = 'batch';

export interface CompleteModel extends LoweredModel {
  readonly outputs: readonly Value[];
}

/** The shape of an input with the batch in front; `dimensions` gives numbers to named sizes. */
export function inputShape(
  input: InputSpec,
  batch: number | typeof batchName,
  dimensions: Readonly<Record<string, number>> = {},
): Shape {
  const named = (dim: number | string): number | string =>
    typeof dim === 'string' && Object.hasOwn(dimensions, dim) ? dimensions[dim]! : dim;
  return [batch, ...input.shape.map(named)];
}

/**
 * Lowers a model onto `host`, its inputs being given by id. Throws `model.invalid` with every
 * diagnostic where the spec has faults.
 */
export function lowerModel(spec: ModelSpec, host: ModelHost, inputs: ReadonlyMap<string, Value>): CompleteModel {
  const { model, diagnostics } = resolveModel(spec);
  for (const { id } of spec.inputs)
    if (!inputs.has(id)) throw new EngineError('model.input', `Model '${spec.name}': input '${id}' must be given`);
  const lowered = new ModelLowering(host).lower(model, inputs);
  const faults = [...diagnostics, ...lowered.diagnostics];
  if (faults.length) throw faultsOf('model.invalid', faults);
  return lowered as CompleteModel;
}

/** A tensor of the state that a graph takes as an input. */
export interface StateInput<D> {
  readonly name: string;
  readonly value: Value;
  readonly declaration: D;
}

/** A host that makes every tensor a free value and writes down what was asked. */
export class DeclaringHost implements ModelHost {
  readonly emit: Emit;
  readonly parameters: StateInput<ParameterDeclaration>[] = [];
  readonly buffers: StateInput<BufferDeclaration>[] = [];
  readonly randoms: StateInput<{ readonly distribution: Distribution; readonly shape: readonly number[] }>[] = [];
  readonly updates = new Map<string, Value>();

  constructor(
    graph: Graph,
    readonly training: boolean,
  ) {
    this.emit = new Emit(graph);
  }

  parameter(name: string, declaration: ParameterDeclaration): Value {
    const value = this.emit.input(name, 'float32', declaration.shape);
    this.parameters.push({ name, value, declaration });
    return value;
  }

  buffer(name: string, declaration: BufferDeclaration): Value {
    const value = this.emit.input(name, declaration.dtype ?? 'float32', declaration.shape);
    this.buffers.push({ name, value, declaration });
    return value;
  }

  update(name: string, next: Value): void {
    this.updates.set(name, next);
  }

  random(name: string, distribution: Distribution, shape: readonly number[]): Value {
    const value = this.emit.input(name, 'float32', shape);
    this.randoms.push({ name, value, declaration: { distribution, shape } });
    return value;
  }
}

export interface LowerOptions {
  /** A number, or `'batch'` for any. Training needs a number. */
  readonly batch: number | typeof batchName;
  readonly training: boolean;
  /** Sizes of named dimensions. */
  readonly dimensions?: Readonly<Record<string, number>>;
}

/** A graph of its own whose inputs are the model's inputs, then its parameters, buffers and random fields. */
export interface LoweredGraph extends LoweredModel {
  readonly graph: Graph;
  readonly host: DeclaringHost;
  readonly inputs: ReadonlyMap<string, Value>;
}

/** Lowers what can be lowered; faults come back as diagnostics, nothing is thrown. */
export function traceModel(spec: ModelSpec, options: LowerOptions): LoweredGraph {
  const { model, diagnostics } = resolveModel(spec);
  const graph = new Graph(spec.name);
  const host = new DeclaringHost(graph, options.training);
  const inputs = new Map(
    spec.inputs.map((input) => [
      input.id,
      host.emit.input(input.id, input.dtype, inputShape(input, options.batch, options.dimensions)),
    ]),
  );
  const lowered = new ModelLowering(host).lower(model, inputs);
  lowered.outputs.forEach((output) => output && graph.outputs.push(output));
  return { ...lowered, graph, host, inputs, diagnostics: [...diagnostics, ...lowered.diagnostics] };
}

/** As {@link traceModel}, but throws `model.invalid` with every diagnostic where the spec has faults. */
export function lowerToGraph(spec: ModelSpec, options: LowerOptions): LoweredGraph & CompleteModel {
  const traced = traceModel(spec, options);
  if (traced.diagnostics.length) throw faultsOf('model.invalid', traced.diagnostics);
  return traced as LoweredGraph & CompleteModel;
}

/** Every fault of a spec, from the form of the JSON to the shapes between layers. Never throws. */
export function validateModel(json: unknown): { spec: ModelSpec | undefined; diagnostics: readonly Diagnostic[] } {
  const { spec, diagnostics } = parseModelSpec(json);
  if (!spec) return { spec, diagnostics };
  return { spec, diagnostics: traceModel(spec, { batch: batchName, training: false }).diagnostics };
}
