// Where everything that a step reads and writes lies in GPU memory: buffers that are known by label, and places in them.
import type { BatchInput, StepInterface } from '../../engine/training/stepGraph.js';
import type { StateEntry } from '../../engine/training/state.js';
import type { ExternalBuffer, Placement } from '../../engine/kernels/compileOptions.js';
import type { Graph } from '../../engine/ir/graph.js';
import { sizeOf } from '../../engine/ir/shape.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { storageOf, type PlanBuffer, type Storage } from '../../engine/kernels/kernelPlan.js';
import type { DType } from '../../engine/ir/dtype.js';

export const labels = {
  scalars: 'step/scalars',
  random: 'step/random',
  order: 'step/order',
  results: 'step/results',
  guard: 'step/guard',
} as const;

export function stateLabel(entry: string): string {
  return `state/${entry}`;
}

/** Of the buffer that holds a batch's tensors of one storage. */
export function batchLabel(storage: Storage): string {
  return `batch/${storage}`;
}

/** A result of a step in the buffer of results, by its place in elements. */
export interface ResultPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** The words of one row of scalars: what the host tells a step. */
export interface RowLayout {
  /** By input name; a float32 each. */
  readonly scalars: Readonly<Record<string, number>>;
  /** The step's number, low and high half. */
  readonly stepAt: number;
  /** The batch's first place in the order, and how many of its examples are real. */
  readonly placeAt: number;
  readonly words: number;
}

export interface BatchTensor extends Placement {
  /** As the data set names it. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export interface StepLayout {
  readonly row: RowLayout;
  readonly batch: readonly BatchTensor[];
  readonly results: readonly ResultPlace[];
  /** float32 elements of the results' buffer. */
  readonly resultElements: number;
  readonly buffers: readonly ExternalBuffer[];
  readonly inputs: Readonly<Record<string, Placement>>;
  readonly outputs: Readonly<Record<string, Placement>>;
}

export interface LayoutRequest {
  readonly step: StepInterface & { readonly graph: Graph };
  readonly entries: readonly StateEntry[];
  /** Of random fields, from {@link randomFields}. */
  readonly random: { readonly offsets: Readonly<Record<string, number>>; readonly elements: number } | undefined;
  /** Names of the results that the host wants. */
  readonly wanted: readonly string[];
}

/** Tensors that share a buffer begin at multiples of 64 elements, so that vectors of them are aligned. */
const alignment = 64;

export function layOutRow(step: StepInterface): RowLayout {
  const scalars = Object.fromEntries(step.scalars.map(({ input }, index) => [input, index]));
  const stepAt = step.scalars.length;
  return { scalars, stepAt, placeAt: stepAt + 2, words: stepAt + 4 };
}

export function layOutStep({ step, entries, random, wanted }: LayoutRequest): StepLayout {
  const row = layOutRow(step);
  const { batch, buffers: batchBuffers } = layOutBatch(step.batch);
  const { results, resultElements } = layOutResults(step, wanted);
  const inputs: Record<string, Placement> = {};
  for (const [input, offset] of Object.entries(row.scalars)) inputs[input] = { buffer: labels.scalars, offset };
  for (const { name, buffer, offset } of batch) inputs[`batch/${name}`] = { buffer, offset };
  for (const { name } of step.random) inputs[name] = { buffer: labels.random, offset: random!.offsets[name]! };
  for (const { input, entry, field } of step.reads)
    inputs[input] = { buffer: stateLabel(entry), offset: field?.offset ?? 0 };
  const outputs: Record<string, Placement> = {};
  for (const { output, entry } of step.writes) outputs[output] = { buffer: stateLabel(entry), offset: 0 };
  for (const { name, offset } of results) outputs[step.results[name]!] = { buffer: labels.results, offset };
  const used = new Set([...step.reads, ...step.writes].map(({ entry }) => entry));
  const buffers: ExternalBuffer[] = [
    { name: labels.scalars, storage: 'f32', elements: row.words },
    ...(random ? [{ name: labels.random, storage: 'f32' as const, elements: random.elements }] : []),
    { name: labels.results, storage: 'f32', elements: resultElements },
    { name: labels.guard, storage: 'u32', elements: 2 },
    ...batchBuffers,
    ...entries.filter(({ name }) => used.has(name)).map(stateBuffer),
  ];
  return { row, batch, results, resultElements, buffers, inputs, outputs };
}

function stateBuffer({ name, dtype, shape }: StateEntry): ExternalBuffer {
  return { name: stateLabel(name), storage: requireStorage(dtype, name), elements: sizeOf(shape), guarded: true };
}

function layOutBatch(tensors: readonly BatchInput[]): { batch: BatchTensor[]; buffers: ExternalBuffer[] } {
  const ends = new Map<Storage, number>();
  const batch = tensors.map(({ name, dtype, shape }): BatchTensor => {
    const storage = requireStorage(dtype, name);
    const offset = ends.get(storage) ?? 0;
    ends.set(storage, aligned(offset + sizeOf(shape)));
    return { name: name.slice('batch/'.length), dtype, shape, buffer: batchLabel(storage), offset };
  });
  const buffers = [...ends].map(([storage, elements]) => ({ name: batchLabel(storage), storage, elements }));
  return { batch, buffers };
}

/** Results of float32 one behind the other. */
function layOutResults(step: LayoutRequest['step'], wanted: readonly string[]) {
  let end = 0;
  const results = wanted.map((name): ResultPlace => {
    const output = step.graph.outputs.find((value) => value.name === step.results[name]);
    if (output?.dtype !== 'float32')
      throw new EngineError('step.result', `${step.name}: result '${name}' must be float32, got ${output?.dtype}`);
    const shape = output.shape as readonly number[];
    const offset = end;
    end += sizeOf(shape);
    return { name, shape, offset };
  });
  return { results, resultElements: Math.max(1, end) };
}

function aligned(elements: number): number {
  return Math.ceil(elements / alignment) * alignment;
}

function requireStorage(dtype: DType, name: string): Storage {
  const storage = storageOf(dtype);
  if (storage) return storage;
  throw new EngineError('gpu.type', `'${name}': WebGPU has no ${dtype}; train on another backend`);
}

/** An external buffer as plans list it. */
export function planBuffer({ name, storage, elements }: ExternalBuffer): PlanBuffer {
  return { label: name, storage, elements, role: 'external' };
}
