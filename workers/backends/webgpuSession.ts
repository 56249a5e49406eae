// A model on the GPU: compiled for each set of input shapes it meets, or handed to another backend with the reason.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { Node } from '../../engine/ir/graph.js';
import { formatShape, isStatic, sameShape } from '../../engine/ir/shape.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import { importModel } from '../../engine/onnx/importModel.js';
import type { OpenDevice } from '../webgpu/device.js';
import { Readback } from '../webgpu/readback.js';
import type { MakeSegments } from '../webgpu/sessionSegment.js';
import type { Backend, Session, SessionOptions, Tensors } from './backend.js';
import { GpuGraph } from './gpuGraph.js';

export interface WebgpuOptions {
  /** The device that all sessions share; asked for with each session, so that a lost one can be replaced. */
  readonly device: () => Promise<OpenDevice>;
  /** Computes nodes without a kernel; left out: graphs that have some are not for the GPU. */
  readonly segments?: MakeSegments;
  /** Computes graphs that are not for the GPU, and all where there is none; says so in the notes. Left out: they are refused. */
  readonly fallback?: () => Promise<Backend>;
  /** Nodes that onnxruntime must compute though there are kernels for them. */
  readonly forceSession?: (node: Node) => boolean;
}

interface InputPort {
  readonly name: string;
  readonly dtype: string | undefined;
  readonly shape: readonly (number | string | null)[] | undefined;
}

export class WebgpuSession implements Session {
  /** By the shapes of the inputs. */
  private readonly graphs = new Map<string, Promise<GpuGraph | undefined>>();
  private readonly reasons = new Set<string>();
  private readonly readback: Readback;
  private elsewhere: Promise<Session> | undefined;
  private disposed = false;

  private constructor(
    private readonly device: OpenDevice,
    private readonly model: Uint8Array,
    private readonly settings: SessionOptions,
    private readonly options: WebgpuOptions,
    private readonly inputs: readonly InputPort[],
    readonly outputNames: readonly string[],
  ) {
    this.readback = new Readback(device);
  }

  /** Compiles at once where all input shapes are known, else with the first run. */
  static async open(
    device: OpenDevice,
    model: Uint8Array,
    settings: SessionOptions,
    options: WebgpuOptions,
  ): Promise<WebgpuSession> {
    const { graph } = importModel(model, dimensionsOf(settings));
    const names = graph.outputs.map(({ name }) => name);
    const session = new WebgpuSession(device, model, settings, options, graph.inputs, names);
    const shapes = graph.inputs.map(({ shape }) => shape);
    if (shapes.every(isStatic)) await session.graphFor(shapes);
    return session;
  }

  get inputNames(): readonly string[] {
    return this.inputs.map(({ name }) => name);
  }

  /** What does not run on the GPU, and why. */
  get notes(): readonly string[] {
    return [...this.reasons];
  }

  async run(feeds: Tensors, into: Tensors = {}): Promise<Record<string, Tensor>> {
    if (this.disposed) throw new EngineError('backend.disposed', 'Session: it was disposed of and runs no more');
    const given = this.inputs.map((input) => requireFeed(input, feeds[input.name]));
    const results = await this.compute(feeds, given);
    for (const [name, target] of Object.entries(into)) {
      const result = results[name];
      if (!result) continue;
      (target.data as Float32Array).set(result.data as Float32Array);
      results[name] = target;
    }
    return results;
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    for (const graph of this.graphs.values()) await (await graph.catch(() => undefined))?.dispose();
    this.readback.dispose();
    await (await this.elsewhere?.catch(() => undefined))?.dispose();
  }

  private async compute(feeds: Tensors, given: readonly Tensor[]): Promise<Record<string, Tensor>> {
    const graph = await this.graphFor(given.map(({ shape }) => shape));
    if (!graph) return (await this.openElsewhere()).run(feeds);
    try {
      return await graph.run(feeds, this.readback);
    } catch (error) {
      // Integers of more than 32 bits are seen with the values only.
      if (!(error instanceof EngineError && error.code === 'gpu.range')) throw error;
      this.note(error);
      return (await this.openElsewhere()).run(feeds);
    }
  }

  private graphFor(shapes: readonly (readonly number[])[]): Promise<GpuGraph | undefined> {
    const key = JSON.stringify(shapes);
    const known = this.graphs.get(key);
    if (known) return known;
    const made = this.compile(shapes);
    this.graphs.set(key, made);
    return made;
  }

  /** Undefined: not for the GPU. */
  private async compile(shapes: readonly (readonly number[])[]): Promise<GpuGraph | undefined> {
    try {
      const { segments, forceSession } = this.options;
      const graph = await GpuGraph.open(this.device, this.model, {
        dimensions: dimensionsFrom(this.inputs, shapes, this.settings),
        shapes,
        ...(segments && { segments }),
        ...(forceSession && { forceSession }),
      });
      graph.notes.forEach((note) => this.reasons.add(note));
      return graph;
    } catch (error) {
      if (!isForElsewhere(error)) throw error;
      this.note(error);
      return undefined;
    }
  }

  private note(error: EngineError): void {
    if (!this.options.fallback) throw error;
    this.reasons.add(`computed by the CPU: ${error.message}`);
  }

  private openElsewhere(): Promise<Session> {
    return (this.elsewhere ??= this.options.fallback!().then((backend) => backend.open(this.model, this.settings)));
  }
}

function dimensionsOf({ dimensions }: SessionOptions): { dimensions?: Readonly<Record<string, number>> } {
  return dimensions ? { dimensions } : {};
}

/** Sizes of symbolic dimensions, as the shapes of the inputs tell them. */
function dimensionsFrom(
  inputs: readonly InputPort[],
  shapes: readonly (readonly number[])[],
  settings: SessionOptions,
): Record<string, number> {
  const sizes: Record<string, number> = { ...settings.dimensions };
  inputs.forEach(({ name, shape }, index) =>
    shape?.forEach((dim, axis) => {
      const size = shapes[index]![axis]!;
      if (typeof dim !== 'string') return;
      if (sizes[dim] !== undefined && sizes[dim] !== size)
        throw new EngineError(
          'backend.shape',
          `Input '${name}': dimension '${dim}' must be ${sizes[dim]} as elsewhere, got ${size}`,
        );
      sizes[dim] = size;
    }),
  );
  return sizes;
}

function requireFeed({ name, dtype, shape }: InputPort, feed: Tensor | undefined): Tensor {
  if (!feed) throw new EngineError('backend.feed', `Input '${name}': it must be fed, got nothing`);
  if (dtype !== undefined && feed.dtype !== dtype)
    throw new EngineError('backend.feed', `Input '${name}': must be ${dtype}, got ${feed.dtype}`);
  const known = shape?.map((dim, axis) => (typeof dim === 'number' ? dim : (feed.shape[axis] ?? null)));
  if (known && !sameShape(known, feed.shape))
    throw new EngineError(
      'backend.feed',
      `Input '${name}': must have shape ${formatShape(shape)}, got ${formatShape(feed.shape)}`,
    );
  return feed;
}

/** Whether a graph may be computed elsewhere after this: a device that is gone or full is to be told, not hidden. */
function isForElsewhere(error: unknown): error is EngineError {
  return error instanceof EngineError && error.code !== 'gpu.lost' && error.code !== 'gpu.outOfMemory';
}
