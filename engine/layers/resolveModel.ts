// The meaning of a spec: definitions, options with defaults, sources, an order; every fault located.
import type { Diagnostic } from '../ir/diagnostic.js';
import type { LayerDefinition, LayerOptions } from './defineLayer.js';
import { layerOf, layerTypes } from './index.js';
import type { InputSpec, LayerSpec, ModelSpec } from './modelSpec.js';
import { nearest } from './nearest.js';

export interface ResolvedLayer {
  readonly id: string;
  /** `layers[3]` */
  readonly path: string;
  readonly definition: LayerDefinition;
  readonly options: LayerOptions;
  /** Keys of the values that it takes: `id` of a first output, `id:name` of another. */
  readonly sources: readonly string[];
  /** Whose tensors it uses: its own id, or that of the layer it shares with. */
  readonly owner: string;
  readonly frozen: boolean;
}

export interface ResolvedModel {
  readonly inputs: readonly InputSpec[];
  /** Every layer after those it takes from. */
  readonly layers: readonly ResolvedLayer[];
  readonly outputs: readonly string[];
}

interface Draft extends ResolvedLayer {
  readonly after: readonly string[];
}

/** Resolves what is sound and says everything that is not; layers with faults of their own are left out. */
export function resolveModel(spec: ModelSpec): { model: ResolvedModel; diagnostics: Diagnostic[] } {
  const resolver = new Resolver(spec);
  const layers = resolver.resolve();
  return { model: { inputs: spec.inputs, layers, outputs: resolver.outputs }, diagnostics: resolver.diagnostics };
}

class Resolver {
  readonly diagnostics: Diagnostic[] = [];
  outputs: readonly string[] = [];
  private readonly ids = new Map<string, LayerSpec | InputSpec>();

  constructor(private readonly spec: ModelSpec) {}

  resolve(): ResolvedLayer[] {
    this.spec.inputs.forEach((input, index) => this.claim(input, `inputs[${index}]`));
    this.spec.layers.forEach((layer, index) => this.claim(layer, `layers[${index}]`));
    const drafts = this.spec.layers.map((layer, index) => this.draft(layer, index));
    this.outputs = this.spec.outputs.map(
      (output, index) => this.source(output, undefined, `outputs[${index}]`, 'the model') ?? output,
    );
    return this.order(drafts.filter((draft) => draft !== undefined));
  }

  private report(code: string, message: string, path: string, node?: string, port?: string): void {
    const place = { path, ...(node !== undefined && { node }), ...(port !== undefined && { port }) };
    this.diagnostics.push({ code, severity: 'error', message, place });
  }

  /** Only for the first few faults and modest lists: comparing words is not free. */
  private hint(word: string, candidates: readonly string[]): string {
    const near = this.diagnostics.length < 20 && candidates.length <= 500 ? nearest(word, candidates) : undefined;
    return near === undefined ? '' : `; did you mean ${near}?`;
  }

  private claim(owner: LayerSpec | InputSpec, path: string): void {
    if (this.ids.has(owner.id))
      this.report('spec.duplicate', `Model: the id '${owner.id}' is used twice; rename one`, path, owner.id);
    else this.ids.set(owner.id, owner);
  }

  private draft(layer: LayerSpec, index: number): Draft | undefined {
    const path = `layers[${index}]`;
    const definition = layerOf(layer.type);
    if (!definition) {
      const hint = this.hint(layer.type, layerTypes());
      const message = `Layer '${layer.id}': no layer type is named '${layer.type}'${hint}`;
      this.report('layer.unknown', message, `${path}.type`, layer.id);
      return undefined;
    }
    const before = this.diagnostics.length;
    const options = this.readOptions(layer, definition, path);
    const sources = this.readSources(layer, definition, index);
    const owner = this.readOwner(layer, path);
    const { id, frozen } = layer;
    const draft = { id, path, definition, options, sources, owner, frozen, after: sources.map(idOf) };
    return this.diagnostics.length === before && this.ids.get(id) === layer ? draft : undefined;
  }

  private readOptions(layer: LayerSpec, definition: LayerDefinition, path: string): LayerOptions {
    const values: Record<string, unknown> = {};
    const subject = `${layer.type} '${layer.id}'`;
    for (const name of Object.keys(layer.options))
      if (!Object.hasOwn(definition.options, name)) {
        const hint = this.hint(name, Object.keys(definition.options));
        const message = `${subject}: no option is named '${name}'${hint}`;
        this.report('option.unknown', message, `${path}.options.${name}`, layer.id, name);
      }
    for (const [name, spec] of Object.entries(definition.options)) {
      const given = Object.hasOwn(layer.options, name) ? layer.options[name] : undefined;
      values[name] = given ?? spec.fallback;
      if (given === undefined || given === null ? !spec.required : spec.accepts(given)) continue;
      const got = given === undefined ? 'nothing' : abbreviated(given);
      const message = `${subject}: option ${name} must be ${spec.rule}, got ${got}`;
      this.report('option.invalid', message, `${path}.options.${name}`, layer.id, name);
    }
    return values;
  }

  private readSources(layer: LayerSpec, definition: LayerDefinition, index: number): string[] {
    const path = `layers[${index}].inputs`;
    const subject = `${layer.type} '${layer.id}'`;
    const previous = index ? this.spec.layers[index - 1]!.id : this.spec.inputs[0]!.id;
    const wanted = layer.inputs ?? [previous];
    const least = definition.inputs.reduce((sum, port) => sum + (port.variadic ? 2 : port.optional ? 0 : 1), 0);
    const most = definition.inputs.at(-1)?.variadic ? Infinity : definition.inputs.length;
    if (wanted.length < least || wanted.length > most) {
      const rule = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
      this.report(
        'layer.arity',
        `${subject}: takes ${rule} ${rule === '1' ? 'input' : 'inputs'} (${definition.inputs.map((port) => port.name).join(', ')}), got ${wanted.length}`,
        path,
        layer.id,
      );
    }
    return wanted.flatMap((source, place) => this.source(source, layer, `${path}[${place}]`, subject) ?? []);
  }

  /** The key of a source, or nothing (and a diagnostic) where there is no such thing. */
  private source(text: string, reader: LayerSpec | undefined, path: string, subject: string): string | undefined {
    const id = idOf(text);
    const port = text.slice(id.length + 1);
    const owner = this.ids.get(id);
    if (!owner) {
      const hint = this.hint(id, [...this.ids.keys()]);
      const message = `${subject}: no layer or input is named '${id}'${hint}`;
      this.report('spec.dangling', message, path, reader?.id);
      return undefined;
    }
    const names = 'type' in owner ? (layerOf(owner.type)?.outputs ?? []) : ['output'];
    if (!port || port === names[0]) return id;
    if (names.includes(port)) return text;
    const outputs = names.length ? `, which has ${names.join(', ')}` : '';
    this.report('spec.dangling', `${subject}: no output '${port}' at '${id}'${outputs}`, path, reader?.id);
    return undefined;
  }

  private readOwner(layer: LayerSpec, path: string): string {
    let owner = layer;
    for (let steps = 0; owner.shareWith !== undefined && steps <= this.spec.layers.length; steps++) {
      const next = this.ids.get(owner.shareWith);
      const fault = shareFault(layer, next, steps === this.spec.layers.length);
      if (fault) {
        const message = `${layer.type} '${layer.id}': shareWith '${owner.shareWith}' ${fault}`;
        this.report('spec.share', message, `${path}.shareWith`, layer.id, 'shareWith');
        return layer.id;
      }
      owner = next as LayerSpec;
    }
    return owner.id;
  }

  /** Depth first along the inputs; a way back to a layer that is still open is a cycle. */
  private order(drafts: readonly Draft[]): ResolvedLayer[] {
    const byId = new Map(drafts.map((draft) => [draft.id, draft]));
    const sorted: ResolvedLayer[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (draft: Draft): void => {
      state.set(draft.id, 'open');
      for (const source of draft.after) {
        const next = byId.get(source);
        if (!next || state.get(source) === 'done') continue;
        if (state.get(source) === 'open') this.reportCycle(draft, source);
        else visit(next);
      }
      state.set(draft.id, 'done');
      sorted.push(draft);
    };
    for (const draft of drafts) if (!state.has(draft.id)) visit(draft);
    return sorted;
  }

  private reportCycle(draft: Draft, source: string): void {
    const message = `${draft.definition.type} '${draft.id}': must not depend on its own output, but takes '${source}', which does`;
    this.report('spec.cycle', message, `${draft.path}.inputs`, draft.id);
  }
}

/** Layer types are compared, so an endless chain of shares is the only thing left to stop. */
function shareFault(layer: LayerSpec, other: LayerSpec | InputSpec | undefined, endless: boolean): string | undefined {
  if (!other || !('type' in other)) return 'must name a layer';
  if (other === layer || endless) return 'must not lead back to the layer itself';
  if (other.type !== layer.type) return `must be of the same type, got ${other.type}`;
  return undefined;
}

export function idOf(source: string): string {
  const colon = source.indexOf(':');
  return colon < 0 ? source : source.slice(0, colon);
}

function abbreviated(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
