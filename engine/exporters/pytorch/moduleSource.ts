// A model's specification as the source of an nn.Module: modules in __init__, one line a layer in forward.
import { EngineError } from '../../ir/diagnostic.js';
import type { Value, ValueType } from '../../ir/graph.js';
import { batchName, lowerToGraph } from '../../layers/lowerModel.js';
import type { LoweredLayer } from '../../layers/modelLowering.js';
import type { ModelSpec } from '../../layers/modelSpec.js';
import { helpers, type HelperName } from './helpers.js';
import { writerOf } from './layers.js';
import type { ModuleTensor, WrittenLayer } from './layerWriter.js';
import { className, PythonNames } from './python.js';

export interface ModuleSource {
  readonly className: string;
  readonly lines: readonly string[];
  readonly helpers: ReadonlySet<HelperName>;
  /** By our names: where each tensor of the model is in the module's state, and its shape as the module declares it. */
  readonly tensors: ReadonlyMap<string, ModuleTensor>;
  /** Variables of `forward`, in order. */
  readonly inputs: readonly string[];
}

/** @throws EngineError `export.refused` for a layer that PyTorch's source cannot say, by name */
export function moduleSource(spec: ModelSpec): ModuleSource {
  return new ModuleWriter(spec).write();
}

class ModuleWriter {
  private readonly attributes = new PythonNames();
  private readonly variables = new PythonNames(Object.keys(helpers));
  private readonly helpers = new Set<HelperName>();
  private readonly tensors = new Map<string, ModuleTensor>();
  private readonly declared = new Map<string, string>();
  /** Variables by key of a value. */
  private readonly names = new Map<string, string>();
  private readonly lastUses = new Map<string, number>();
  private readonly init: string[] = [];
  private readonly forward: string[] = [];

  private readonly className: string;

  constructor(private readonly spec: ModelSpec) {
    const name = className(spec.name);
    this.className = Object.hasOwn(helpers, name) ? `${name}Model` : name;
  }

  write(): ModuleSource {
    const { spec } = this;
    const { layers, values } = lowerToGraph(spec, { batch: batchName, training: false });
    const inputs = spec.inputs.map(({ id }) => this.variables.of(id));
    spec.inputs.forEach(({ id }, index) => this.names.set(id, inputs[index]!));
    layers.forEach(({ layer }, index) => layer.sources.forEach((source) => this.lastUses.set(source, index)));
    for (const output of this.outputs(values)) this.lastUses.set(output, Infinity);
    layers.forEach((lowered, index) => this.layer(lowered, index, values));
    const results = this.outputs(values).map((key) => this.names.get(key)!);
    return {
      className: this.className,
      lines: this.classLines(inputs, results, values),
      helpers: this.helpers,
      tensors: this.tensors,
      inputs,
    };
  }

  /** Keys of the outputs: `id` stands for a first output. */
  private outputs(values: ReadonlyMap<string, Value>): string[] {
    return this.spec.outputs.map((output) => (values.has(output) ? output : output.split(':')[0]!));
  }

  private layer(lowered: LoweredLayer, index: number, values: ReadonlyMap<string, Value>): void {
    const { layer, outputs } = lowered;
    const { id, owner, sources, definition } = layer;
    const write = writerOf(definition.type);
    if (!write)
      throw new EngineError('export.refused', `${definition.type} '${id}': PyTorch source cannot say this layer`, {
        node: id,
      });
    const self = `self.${this.attributes.of(owner)}`;
    const written = write({
      options: layer.options,
      inputs: sources.map((source) => typeOf(values.get(source)!)),
      outputs: outputs.map(typeOf),
      args: sources.map((source) => this.names.get(source)!),
      self,
      readsMore: definition.outputs.slice(1).some((port) => this.lastUses.has(`${id}:${port}`)),
      variable: (suffix) => this.variables.of(`${id}_${suffix}`),
      use: (helper) => {
        this.helpers.add(helper);
        return helper;
      },
    });
    this.declare(lowered, self, written);
    this.compute(lowered, index, written);
  }

  /** A layer that uses another's tensors is that layer's module again, if it is the same module. */
  private declare({ layer }: LoweredLayer, self: string, { module }: WrittenLayer): void {
    if (!module) return;
    const { id, owner, definition, frozen } = layer;
    const before = this.declared.get(self);
    if (before === module.code) return;
    if (before !== undefined)
      throw new EngineError(
        'export.refused',
        `${definition.type} '${id}': shares its tensors with '${owner}', so in PyTorch both must be ${before}, got ${module.code}`,
        { node: id },
      );
    this.declared.set(self, module.code);
    this.init.push(`${self} = ${module.code}`);
    if (frozen && Object.keys(module.tensors).length) this.init.push(`${self}.requires_grad_(False)`);
    for (const [ours, { theirs, shape }] of Object.entries(module.tensors))
      this.tensors.set(`${owner}.${ours}`, { theirs: `${self.slice('self.'.length)}.${theirs}`, shape });
  }

  private compute({ layer, outputs }: LoweredLayer, index: number, { before = [], values }: WrittenLayer): void {
    const { id, definition, sources } = layer;
    this.forward.push(...before);
    const value = values[0]!;
    const sole = sources.find((source) => this.lastUses.get(source) === index);
    // What nobody reads any more gives its name to the result.
    const name = isVariable(value) ? value : ((sole && this.names.get(sole)) ?? this.variables.of(id));
    this.names.set(id, name);
    values.slice(1).forEach((expression, port) => {
      this.names.set(`${id}:${definition.outputs[port + 1]!}`, expression);
    });
    if (!isVariable(value)) this.forward.push(`${name} = ${value}${comment(outputs[0]!)}`);
    else if (before.length) this.forward.push(`${this.forward.pop()!}${comment(outputs[0]!)}`);
  }

  private classLines(
    inputs: readonly string[],
    results: readonly string[],
    values: ReadonlyMap<string, Value>,
  ): string[] {
    const { spec } = this;
    const described = spec.inputs.map(({ id, dtype }, index) => {
      const { shape } = typeOf(values.get(id)!);
      return `${inputs[index]!}: ${dtype} [${shape.join(', ')}]`;
    });
    const takes = described.length === 1 ? [`    """Takes ${described[0]!}."""`] : manyInputs(described);
    const init = this.init.length ? ['super().__init__()', ...this.init] : ['super().__init__()'];
    return [
      `class ${this.className}(nn.Module):`,
      ...takes,
      '',
      '    def __init__(self):',
      ...init.map((line) => `        ${line}`),
      '',
      `    def forward(self, ${inputs.join(', ')}):`,
      ...this.forward.map((line) => `        ${line}`),
      `        return ${results.join(', ')}`,
    ];
  }
}

function manyInputs(described: readonly string[]): string[] {
  return ['    """Takes', ...described.map((line) => `    ${line}`), '    """'];
}

function isVariable(text: string): boolean {
  return /^\w+$/.test(text);
}

function typeOf({ dtype, shape }: Value): ValueType {
  return { dtype: dtype!, shape: shape! };
}

function comment({ shape }: Value): string {
  return `  # [${(shape ?? []).join(', ')}]`;
}
