// The state store: every tensor that a step may change, and the named views that people see of it.
import { EngineError } from '../ir/diagnostic.js';
import { byteSize, viewOf, type DType } from '../ir/dtype.js';
import { sizeOf } from '../ir/shape.js';
import { zeros, type Tensor } from '../ir/tensor.js';

/** What a tensor of the state is for. */
export type StateRole = 'parameter' | 'buffer' | 'slot' | 'average';

/** A named part of an entry: one parameter inside a flat vector, or the whole of a plain entry. */
export interface StateField {
  readonly name: string;
  readonly shape: readonly number[];
  /** In elements from the start of the entry. */
  readonly offset: number;
}

/** One tensor as step graphs read and write it. */
export interface StateEntry {
  readonly name: string;
  readonly role: StateRole;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly fields: readonly StateField[];
}

/** An entry that holds one named tensor in its own shape. */
export function plainEntry(name: string, role: StateRole, dtype: DType, shape: readonly number[]): StateEntry {
  return { name, role, dtype, shape, fields: [{ name, shape, offset: 0 }] };
}

/** The same layout for another purpose (an optimizer's slot, a running average) with prefixed field names. */
export function siblingEntry(entry: StateEntry, role: StateRole, prefix: string): StateEntry {
  return {
    ...entry,
    role,
    name: `${prefix}/${entry.name}`,
    fields: entry.fields.map((field) => ({ ...field, name: `${prefix}/${field.name}` })),
  };
}

interface Buffers {
  current: Tensor;
  /** Where the next step writes; made on first use, then the two alternate. */
  spare: Tensor | undefined;
}

/**
 * Holds the tensors of the entries. A step reads `current` tensors and writes `spare` ones, and
 * `commit` makes them current: an output never aliases an input, and until the commit the state
 * before the step is whole.
 */
export class StateStore {
  private readonly buffers = new Map<string, Buffers>();
  private readonly views = new WeakMap<Tensor, Map<string, Tensor>>();

  constructor(readonly entries: readonly StateEntry[]) {
    for (const entry of entries)
      this.buffers.set(entry.name, { current: zeros(entry.dtype, entry.shape), spare: undefined });
  }

  current(entry: string): Tensor {
    return this.buffersOf(entry).current;
  }

  spare(entry: string): Tensor {
    const buffers = this.buffersOf(entry);
    return (buffers.spare ??= zeros(buffers.current.dtype, buffers.current.shape));
  }

  /** Makes what was written to the spare tensors of these entries current. */
  commit(entries: Iterable<string>): void {
    for (const name of entries) {
      const buffers = this.buffersOf(name);
      [buffers.current, buffers.spare] = [this.spare(name), buffers.current];
    }
  }

  /** A field of the entry's current tensor, sharing its memory; the same object as long as the tensor is current. */
  view(entry: string, field: StateField): Tensor {
    const whole = this.current(entry);
    let known = this.views.get(whole);
    if (!known) this.views.set(whole, (known = new Map<string, Tensor>()));
    let view = known.get(field.name);
    if (!view) known.set(field.name, (view = viewOfField(whole, field)));
    return view;
  }

  /** All current tensors by field name, sharing memory with the store. */
  named(roles?: readonly StateRole[]): Map<string, Tensor> {
    const result = new Map<string, Tensor>();
    for (const entry of this.entries)
      if (!roles || roles.includes(entry.role))
        for (const field of entry.fields) result.set(field.name, this.view(entry.name, field));
    return result;
  }

  /** A copy of everything, safe to keep while training goes on. */
  snapshot(): Map<string, Tensor> {
    return new Map([...this.named()].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]));
  }

  /** Fills the current tensors from named ones. Throws `state.missing` or `state.mismatch`, naming the tensor, before it changes any. */
  load(named: ReadonlyMap<string, Tensor>): void {
    const targets = this.named();
    for (const [name, target] of targets) {
      const source = named.get(name);
      if (!source) throw new EngineError('state.missing', `checkpoint: tensor '${name}' is missing`, { node: name });
      if (source.dtype !== target.dtype || source.shape.join() !== target.shape.join())
        throw new EngineError(
          'state.mismatch',
          `checkpoint: tensor '${name}' must be ${target.dtype}[${target.shape.join(', ')}], got ${source.dtype}[${source.shape.join(', ')}]`,
          { node: name },
        );
    }
    for (const [name, target] of targets) (target.data as Float32Array).set(named.get(name)!.data as Float32Array);
  }

  /** Bytes held, spare tensors included. */
  byteLength(): number {
    let total = 0;
    for (const { current, spare } of this.buffers.values())
      total += current.data.byteLength + (spare?.data.byteLength ?? 0);
    return total;
  }

  private buffersOf(entry: string): Buffers {
    const found = this.buffers.get(entry);
    if (!found) throw new EngineError('state.unknown', `state: no entry is named '${entry}'`, { node: entry });
    return found;
  }
}

function viewOfField(whole: Tensor, field: StateField): Tensor {
  if (field.offset === 0 && whole.shape.join() === field.shape.join()) return whole;
  const { dtype, data } = whole;
  const start = data.byteOffset + field.offset * byteSize(dtype);
  return { dtype, shape: field.shape, data: viewOf(dtype, data.buffer, start, sizeOf(field.shape)) };
}
