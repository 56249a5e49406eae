// How trained parameters are laid out in the state: one flat vector for many small tensors that are
// updated alike, or each in its own entry.
import { sizeOf } from '../ir/shape.js';
import type { ParameterDeclaration } from '../layers/scope.js';
import { optimizerOf } from './optimizers/index.js';
import type { PhaseDeclaration } from './phase.js';
import { plainEntry, type StateEntry } from './state.js';

/** Entries whose parameters are trained by the same phase, with the same options. */
export interface Partition {
  /** Name of the training phase; `undefined` for parameters that stay as they are. */
  readonly phase: string | undefined;
  readonly rateFactor: number;
  readonly decay: boolean;
  readonly entries: readonly StateEntry[];
}

// A flat vector costs one copy of the gradients; separate entries cost the update's nodes for each.
// Measured on two cores: a node costs about 4 µs, copying about 5 GB/s, so that a tensor is worth its
// own nodes from some 16 thousand elements on.
const flatBelow = 16_384;

/** Groups parameters by who trains them and how; throws nothing: two phases may train one parameter in turn. */
export function partitionParameters(
  parameters: ReadonlyMap<string, ParameterDeclaration>,
  phases: readonly PhaseDeclaration[],
): Partition[] {
  const groups = new Map<string, { phase: string | undefined; rateFactor: number; decay: boolean; names: string[] }>();
  for (const [name, declaration] of parameters) {
    const phase = phases.find((candidate) => trainedBy(candidate, name, declaration));
    const rateFactor = phase?.training?.rateFactor?.(name) ?? 1;
    const decay = declaration.decay !== false;
    const key = `${phase?.name ?? ''}|${rateFactor}|${decay}`;
    const group = groups.get(key) ?? { phase: phase?.name, rateFactor, decay, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ names, ...rest }, index) => {
    const optimizer = phases.find((phase) => phase.name === rest.phase)?.training?.optimizer;
    const elementwise = optimizer !== undefined && optimizerOf(optimizer.type).scope === 'elementwise';
    return { ...rest, entries: layOut(`parameters/${index}`, names, parameters, elementwise) };
  });
}

export function trainedBy(phase: PhaseDeclaration, name: string, declaration: ParameterDeclaration): boolean {
  return declaration.trainable !== false && (phase.training?.trains(name) ?? false);
}

function layOut(
  flatName: string,
  names: readonly string[],
  parameters: ReadonlyMap<string, ParameterDeclaration>,
  elementwise: boolean,
): StateEntry[] {
  const shapeOf = (name: string): readonly number[] => parameters.get(name)!.shape;
  const plain = (name: string): StateEntry => plainEntry(name, 'parameter', 'float32', shapeOf(name));
  const small = names.filter((name) => sizeOf(shapeOf(name)) < flatBelow);
  if (!elementwise || small.length < 2) return names.map(plain);
  let offset = 0;
  const fields = small.map((name) => {
    const field = { name, shape: shapeOf(name), offset };
    offset += sizeOf(field.shape);
    return field;
  });
  const flat: StateEntry = { name: flatName, role: 'parameter', dtype: 'float32', shape: [offset], fields };
  return [flat, ...names.filter((name) => !small.includes(name)).map(plain)];
}
