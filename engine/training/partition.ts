// How trained parameters are laid out in the state: one flat vector for many small tensors that are
// updated alike, or each in its own entry.
import { sizeOf } from '../ir/shape.js';
import type { ParameterDeclaration } from '../layers/scope.js';
import { optimizerOf } from './optimizers/index.js';
import type { PhaseDeclaration } from './phase.js';
import { plainEntry, type StateEntry } from './state.js';

/** Entries whose parameters are trained by the same phases, with the same options. */
export interface Partition {
  /** Factor on the learning rate by name of the training phase; empty for parameters that stay as they are. */
  readonly trainers: ReadonlyMap<string, number>;
  readonly decay: boolean;
  readonly entries: readonly StateEntry[];
}

// A flat vector costs one copy of the gradients; separate entries cost the update's nodes for each.
// Measured on two cores: a node costs about 4 µs, copying about 5 GB/s, so that a tensor is worth its
// own nodes from some 16 thousand elements on.
const defaultFlatBelow = 16_384;

export interface LayoutOptions {
  /** Tensors of fewer elements share a flat vector; 0 keeps all apart. */
  readonly flatBelow?: number | undefined;
  /** Parameters that must keep an entry of their own: those that a phase sets explicitly. */
  readonly apart: ReadonlySet<string>;
}

interface Group {
  readonly trainers: ReadonlyMap<string, number>;
  readonly decay: boolean;
  readonly names: string[];
}

/** Groups parameters by who trains them and how; several phases may train one parameter in turn. */
export function partitionParameters(
  parameters: ReadonlyMap<string, ParameterDeclaration>,
  phases: readonly PhaseDeclaration[],
  options: LayoutOptions,
): Partition[] {
  const groups = new Map<string, Group>();
  for (const [name, declaration] of parameters) {
    const trainers = new Map(
      phases
        .filter((phase) => trainedBy(phase, name, declaration))
        .map((phase) => [phase.name, phase.training?.rateFactor?.(name) ?? 1]),
    );
    const decay = declaration.decay !== false;
    const key = JSON.stringify([[...trainers], decay]);
    const group = groups.get(key) ?? { trainers, decay, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ names, trainers, decay }, index) => ({
    trainers,
    decay,
    entries: layOut(`parameters/${index}`, names, parameters, isElementwise(phases, trainers) ? options : undefined),
  }));
}

/** Whether every phase that trains a group may be given it as one vector. */
function isElementwise(phases: readonly PhaseDeclaration[], trainers: ReadonlyMap<string, number>): boolean {
  const training = phases.filter(({ name }) => trainers.has(name));
  return (
    training.length > 0 &&
    training.every(({ training }) => optimizerOf(training!.optimizer.type).scope === 'elementwise')
  );
}

export function trainedBy(phase: PhaseDeclaration, name: string, declaration: ParameterDeclaration): boolean {
  return declaration.trainable !== false && (phase.training?.trains(name) ?? false);
}

/** One flat entry where `options` are given and at least two tensors are small; the rest apart. */
function layOut(
  flatName: string,
  names: readonly string[],
  parameters: ReadonlyMap<string, ParameterDeclaration>,
  options: LayoutOptions | undefined,
): StateEntry[] {
  const shapeOf = (name: string): readonly number[] => parameters.get(name)!.shape;
  const plain = (name: string): StateEntry => plainEntry(name, 'parameter', 'float32', shapeOf(name));
  const limit = options?.flatBelow ?? defaultFlatBelow;
  const small = names.filter((name) => options && !options.apart.has(name) && sizeOf(shapeOf(name)) < limit);
  if (small.length < 2) return names.map(plain);
  let offset = 0;
  const fields = small.map((name) => {
    const field = { name, shape: shapeOf(name), offset };
    offset += sizeOf(field.shape);
    return field;
  });
  const flat: StateEntry = { name: flatName, role: 'parameter', dtype: 'float32', shape: [offset], fields };
  return [flat, ...names.filter((name) => !small.includes(name)).map(plain)];
}
