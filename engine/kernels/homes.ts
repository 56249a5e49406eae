// Where the caller wants values to lie: inputs and outputs inside external buffers, state that is overwritten.
import type { Graph, Value } from '../ir/graph.js';
import { EngineError } from '../ir/diagnostic.js';
import type { ExternalBuffer, KernelOptions, Placement } from './compileOptions.js';

export interface Place {
  readonly buffer: ExternalBuffer;
  readonly offset: number;
}

export class Homes {
  readonly watched: readonly Value[];
  private readonly buffers: ReadonlyMap<string, ExternalBuffer>;
  private readonly inputs = new Map<Value, Place>();
  private readonly outputs = new Map<Value, Place>();
  private readonly detached = new Set<Value>();

  constructor(graph: Graph, options: KernelOptions) {
    this.buffers = new Map((options.buffers ?? []).map((buffer) => [buffer.name, buffer]));
    for (const value of graph.inputs) this.settle(value, options.inputs?.[value.name], this.inputs);
    for (const value of graph.outputs) this.settle(value, options.outputs?.[value.name], this.outputs);
    const watched = new Set(options.guard?.watched);
    this.watched = graph.outputs.filter(({ name }) => watched.has(name));
  }

  private settle(value: Value, placement: Placement | undefined, into: Map<Value, Place>): void {
    if (!placement) return;
    const buffer = this.buffers.get(placement.buffer);
    if (!buffer)
      throw new EngineError(
        'kernels.buffer',
        `Kernels: '${value.name}' lies in a buffer '${placement.buffer}' that is not given`,
      );
    into.set(value, { buffer, offset: placement.offset });
  }

  inputPlace(value: Value): Place | undefined {
    return this.inputs.get(value);
  }

  outputPlace(value: Value): Place | undefined {
    return this.outputs.get(value);
  }

  /** All outputs that are placed. */
  placedOutputs(): Value[] {
    return [...this.outputs.keys()];
  }

  /** Outputs that lie in guarded buffers. */
  isState(value: Value): boolean {
    return this.outputs.get(value)?.buffer.guarded === true;
  }

  /** The output is computed elsewhere and copied to its place at the end, because something needs what lies there until then. */
  detach(value: Value): void {
    this.detached.add(value);
  }

  isDetached(value: Value): boolean {
    return this.detached.has(value);
  }

  /** Where the value is computed to or lies: not the place of a detached output. */
  directPlace(value: Value): Place | undefined {
    return (this.detached.has(value) ? undefined : this.outputs.get(value)) ?? this.inputs.get(value);
  }

  /** The inputs whose memory the output overwrites. */
  overwrittenBy(output: Value): Value[] {
    const place = this.outputs.get(output);
    return place ? [...this.inputs].filter(([, { buffer }]) => buffer === place.buffer).map(([value]) => value) : [];
  }
}
