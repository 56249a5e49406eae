// The state store: views, commits, copies, and loading with its faults.
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { plainEntry, siblingEntry, StateStore, type StateEntry } from '../../../engine/training/state.js';

const flat: StateEntry = {
  name: 'flat',
  role: 'parameter',
  dtype: 'float32',
  shape: [7],
  fields: [
    { name: 'a', shape: [2, 2], offset: 0 },
    { name: 'b', shape: [3], offset: 4 },
  ],
};
const count = plainEntry('count', 'buffer', 'int64', [1]);

function made(): StateStore {
  const store = new StateStore([flat, siblingEntry(flat, 'slot', 'optimizer/mean'), count]);
  (store.current('flat').data as Float32Array).set([1, 2, 3, 4, 5, 6, 7]);
  (store.current('count').data as BigInt64Array)[0] = 9n;
  return store;
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    return (error as EngineError).code;
  }
  return undefined;
}

describe('StateStore', () => {
  it('shows fields in their own shape, over the memory of the entry', () => {
    const store = made();
    const named = store.named();
    expect([...named.keys()]).toEqual(['a', 'b', 'optimizer/mean/a', 'optimizer/mean/b', 'count']);
    expect(named.get('b')).toEqual(tensorOf('float32', [3], [5, 6, 7]));
    (named.get('a')!.data as Float32Array)[3] = 40;
    expect((store.current('flat').data as Float32Array)[3]).toBe(40);
    expect(store.view('flat', flat.fields[1]!)).toBe(named.get('b'));
  });

  it('names only the roles that are asked for', () => {
    expect([...made().named(['slot']).keys()]).toEqual(['optimizer/mean/a', 'optimizer/mean/b']);
  });

  it('changes nothing before the commit, and then everything that is named', () => {
    const store = made();
    const before = store.current('flat');
    (store.spare('flat').data as Float32Array).fill(8);
    expect(store.current('flat')).toBe(before);
    store.commit(['flat']);
    expect(Array.from(store.current('flat').data as Float32Array)).toEqual([8, 8, 8, 8, 8, 8, 8]);
    expect(store.named().get('b')).toEqual(tensorOf('float32', [3], [8, 8, 8]));
    expect(store.spare('flat')).toBe(before);
    expect((store.current('count').data as BigInt64Array)[0]).toBe(9n);
  });

  it('gives the same view again after two commits, so that what wraps it can be kept', () => {
    const store = made();
    const [, field] = flat.fields;
    const first = store.view('flat', field!);
    store.commit(['flat']);
    expect(store.view('flat', field!)).not.toBe(first);
    store.commit(['flat']);
    expect(store.view('flat', field!)).toBe(first);
  });

  it('copies everything for a snapshot', () => {
    const store = made();
    const kept = store.snapshot();
    (store.current('flat').data as Float32Array).fill(0);
    expect(kept.get('a')).toEqual(tensorOf('float32', [2, 2], [1, 2, 3, 4]));
    store.load(kept);
    expect(store.snapshot()).toEqual(kept);
  });

  it('counts spare tensors once they are there', () => {
    const store = made();
    const bytes = 7 * 4 * 2 + 8;
    expect(store.byteLength()).toBe(bytes);
    store.spare('flat');
    expect(store.byteLength()).toBe(bytes + 28);
  });

  it.each<[string, (saved: Map<string, Tensor>) => void, string]>([
    ['a missing tensor', (saved) => saved.delete('b'), 'state.missing'],
    ['another size', (saved) => saved.set('b', tensorOf('float32', [2], [1, 2])), 'state.mismatch'],
    ['another type', (saved) => saved.set('b', tensorOf('int32', [3], [1, 2, 3])), 'state.mismatch'],
    [
      'another shape of the same size',
      (saved) => saved.set('a', tensorOf('float32', [4], [1, 2, 3, 4])),
      'state.mismatch',
    ],
  ])('refuses to load %s, by name, and stays as it was', (_, spoil, code) => {
    const store = made();
    const before = store.snapshot();
    const saved = new Map(
      [...store.snapshot()].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
    );
    for (const { data } of saved.values()) if (data instanceof Float32Array) data.fill(-1);
    spoil(saved);
    expect(codeOf(() => store.load(saved as Map<string, Tensor>))).toBe(code);
    expect(store.snapshot()).toEqual(before);
  });

  it('does not know other names', () => {
    expect(codeOf(() => made().current('flta'))).toBe('state.unknown');
    expect(() => made().spare('flta')).toThrow(/no entry is named 'flta'/);
  });
});
