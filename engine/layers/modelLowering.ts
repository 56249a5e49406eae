// Lowers a resolved model layer by layer onto a host, which owns the graph and the tensors of the state.
import { EngineError, type Diagnostic } from '../ir/diagnostic.js';
import type { Value, ValueType } from '../ir/graph.js';
import { formatShape, sizeOf, type Shape } from '../ir/shape.js';
import type { Emit } from '../ops/emit.js';
import { limits } from './modelSpec.js';
import type { ResolvedLayer, ResolvedModel } from './resolveModel.js';
import type { BufferDeclaration, Distribution, LoweringScope, ParameterDeclaration } from './scope.js';

/** Where nodes and tensors go; names are whole (`stem/conv1.weight`). A phase of a program is one. */
export interface ModelHost {
  readonly emit: Emit;
  readonly training: boolean;
  parameter(name: string, declaration: ParameterDeclaration): Value;
  buffer(name: string, declaration: BufferDeclaration): Value;
  update(name: string, next: Value): void;
  random(name: string, distribution: Distribution, shape: readonly number[]): Value;
}

/** A tensor of the state as a layer declared it. */
export interface DeclaredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

/** One layer after lowering. */
export interface LoweredLayer {
  readonly layer: ResolvedLayer;
  readonly outputs: readonly Value[];
  /** Its nodes are `graph.nodes.slice(firstNode, endNode)`. */
  readonly firstNode: number;
  readonly endNode: number;
  /** What it declared first; a layer that shares another's tensors declares nothing. */
  readonly tensors: readonly DeclaredTensor[];
}

export interface LoweredModel {
  /** In the order of the spec; `undefined` where a fault stood in the way. */
  readonly outputs: readonly (Value | undefined)[];
  readonly layers: readonly LoweredLayer[];
  /** Values by key: `id` of an input or of a layer's first output, `id:name` of other outputs. */
  readonly values: ReadonlyMap<string, Value>;
  readonly diagnostics: readonly Diagnostic[];
}

/** One lowering of one model; make a new one for every graph. */
export class ModelLowering {
  private readonly known = new Map<string, Value>();
  private readonly ledger = new TensorLedger();
  private declared: DeclaredTensor[] = [];

  constructor(readonly host: ModelHost) {}

  /** Lowers all layers; those with faults, and those that depend on them, are skipped and their faults returned. */
  lower(model: ResolvedModel, inputs: ReadonlyMap<string, Value>): LoweredModel {
    const values = new Map(inputs);
    const layers: LoweredLayer[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const layer of model.layers) {
      const sources = layer.sources.flatMap((source) => values.get(source) ?? []);
      if (sources.length < layer.sources.length) continue;
      const faults = this.layer(layer, sources, layers);
      diagnostics.push(...faults.map((fault) => located(fault, layer)));
      if (faults.length) continue;
      layers.at(-1)!.outputs.forEach((output, index) => {
        values.set(index ? `${layer.id}:${layer.definition.outputs[index]!}` : layer.id, output);
      });
    }
    return { outputs: model.outputs.map((output) => values.get(output)), layers, values, diagnostics };
  }

  private layer(layer: ResolvedLayer, sources: readonly Value[], lowered: LoweredLayer[]): Diagnostic[] {
    const { definition, options, id } = layer;
    const { nodes } = this.host.emit.graph;
    const firstNode = nodes.length;
    this.declared = [];
    try {
      const faults = definition.check(id, sources.map(typeOf), options);
      if (faults.length) return faults;
      const outputs = this.host.emit.within(id, () =>
        definition.lower(new LayerScope(this, id, layer.owner, layer.frozen), sources, options),
      );
      for (const output of outputs) checkOutput(output, layer);
      lowered.push({ layer, outputs, firstNode, endNode: nodes.length, tensors: this.declared });
      return [];
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return [{ code: error.code, severity: 'error', message: nameLayer(error.message, layer), place: error.place }];
    }
  }

  parameter(name: string, declaration: ParameterDeclaration): Value {
    return this.declare(name, declaration.shape, declaration.trainable ?? true, () =>
      this.host.parameter(name, declaration),
    );
  }

  buffer(name: string, declaration: BufferDeclaration): Value {
    return this.declare(name, declaration.shape, false, () => this.host.buffer(name, declaration));
  }

  update(name: string, next: Value): void {
    if (this.known.has(name)) this.known.set(name, next);
    this.host.update(name, next);
  }

  private declare(name: string, shape: readonly number[], trainable: boolean, make: () => Value): Value {
    if (!this.ledger.claim(name, shape)) return this.known.get(name)!;
    const value = make();
    this.known.set(name, value);
    this.declared.push({ name, shape, trainable });
    return value;
  }
}

/** Which tensors a model has so far: those that are shared must agree, and all together be few enough. */
export class TensorLedger {
  private readonly shapes = new Map<string, readonly number[]>();
  private elements = 0;

  /** @returns whether the name is new. @throws EngineError `layer.share`, `model.tooLarge` */
  claim(name: string, shape: readonly number[]): boolean {
    const known = this.shapes.get(name);
    if (known) {
      if (known.join() === shape.join()) return false;
      throw new EngineError(
        'layer.share',
        `Tensor '${name}': is shared, so its shape must be ${formatShape(known)} everywhere, got ${formatShape(shape)}`,
        { port: 'shareWith' },
      );
    }
    this.elements += sizeOf(shape);
    if (this.elements > limits.parameters)
      throw new EngineError(
        'model.tooLarge',
        `Tensor '${name}' of shape ${formatShape(shape)}: the model must have at most ${limits.parameters} numbers in all, got ${this.elements}`,
      );
    this.shapes.set(name, shape);
    return true;
  }
}

/** What one layer (or one part of a composite) speaks to. */
class LayerScope implements LoweringScope {
  constructor(
    private readonly lowering: ModelLowering,
    private readonly path: string,
    private readonly owner: string,
    readonly frozen: boolean,
  ) {}

  get emit(): Emit {
    return this.lowering.host.emit;
  }

  get training(): boolean {
    return this.lowering.host.training;
  }

  parameter(name: string, declaration: ParameterDeclaration): Value {
    const trainable = (declaration.trainable ?? true) && !this.frozen;
    return this.lowering.parameter(`${this.owner}.${name}`, { ...declaration, trainable });
  }

  buffer(name: string, declaration: BufferDeclaration): Value {
    return this.lowering.buffer(`${this.owner}.${name}`, declaration);
  }

  update(name: string, next: Value): void {
    this.lowering.update(`${this.owner}.${name}`, next);
  }

  random(name: string, distribution: Distribution, shape: readonly number[]): Value {
    return this.lowering.host.random(`${this.path}.${name}`, distribution, shape);
  }

  within<T>(part: string, body: (scope: LoweringScope) => T): T {
    const inner = new LayerScope(this.lowering, `${this.path}.${part}`, `${this.owner}.${part}`, this.frozen);
    return this.emit.within(part, () => body(inner));
  }
}

function typeOf(value: Value): ValueType {
  if (!value.dtype || !value.shape)
    throw new EngineError('value.shapeless', `Value '${value.name}': its type is not known here`);
  return { dtype: value.dtype, shape: value.shape };
}

function checkOutput(value: Value, layer: ResolvedLayer): void {
  const shape: Shape | undefined = value.shape;
  if (!shape) return;
  const empty = shape.some((dim) => typeof dim === 'number' && dim < 1);
  const size = shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
  if (!empty && size <= Number.MAX_SAFE_INTEGER) return;
  throw new EngineError(
    'layer.output',
    `${layer.definition.type} '${layer.id}': the output must have at least one element and fewer than 2^53, got ${formatShape(shape)}`,
  );
}

/** Faults found while emitting speak of inner nodes; they are painted on the layer. */
export function located(fault: Diagnostic, layer: ResolvedLayer): Diagnostic {
  const { port } = fault.place;
  const isOption = port !== undefined && Object.hasOwn(layer.definition.options, port);
  const inside = isOption ? `.options.${port}` : port === 'shareWith' ? '.shareWith' : '';
  return {
    ...fault,
    place: { node: layer.id, path: `${layer.path}${inside}`, ...(port !== undefined && { port }) },
  };
}

export function nameLayer(message: string, layer: ResolvedLayer): string {
  return message.startsWith(`${layer.definition.type} '${layer.id}'`)
    ? message
    : `${layer.definition.type} '${layer.id}': ${message}`;
}
