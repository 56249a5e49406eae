// Decoders against what they encode, and against broken files: an error with a code, never a hang, crash or wrong size.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { tensorOf } from '../../../engine/ir/tensor.js';
import { decodeIdx } from '../../../main/services/datasets/decodeIdx.js';
import { loadDataSet } from '../../../main/services/datasets/loadDataSet.js';
import { decodeNpy, decodeNpz, encodeNpy } from '../../../main/services/datasets/npy.js';
import { readCsv } from '../../../main/services/datasets/readCsv.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-data-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

/** Runs a decoder on bytes that may be broken: it either answers or throws an EngineError. */
function survives(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
  }
}

const npy = encodeNpy(tensorOf('float32', [2, 3], [1, 2, 3, 4, 5, 6]));
const idx = Uint8Array.from([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]);

/** A real file cut short, with some bytes replaced. */
const mutated = (bytes: Uint8Array) =>
  fc
    .tuple(fc.nat(bytes.length), fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }))
    .map(([cut, changes]) => {
      const copy = bytes.slice();
      for (const [at, value] of changes) copy[at] = value;
      return copy.subarray(0, bytes.length - (cut % 4 === 0 ? cut : 0));
    });

describe('NPY', () => {
  it('decodes what it encodes', () => {
    for (const dtype of ['float32', 'float64', 'int64', 'int32', 'int8', 'uint8', 'bool', 'float16'] as const)
      for (const shape of [[], [3], [0, 2], [2, 1, 2]]) {
        const size = shape.reduce((product, dim) => product * dim, 1);
        const source = tensorOf(
          dtype,
          shape,
          Array.from({ length: size }, (_, at) => at % 2),
        );
        expect(decodeNpy(encodeNpy(source), 'x')).toEqual(source);
      }
  });

  it('brings Fortran order and big-endian elements to row-major', () => {
    const header = "{'descr': '>i4', 'fortran_order': True, 'shape': (2, 3), }\n";
    const bytes = new Uint8Array(10 + header.length + 24);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
    bytes.set(new TextEncoder().encode(header), 10);
    [1, 4, 2, 5, 3, 6].forEach((value, at) => (bytes[10 + header.length + 4 * at + 3] = value));
    expect(decodeNpy(bytes, 'x')).toEqual(tensorOf('int32', [2, 3], [1, 2, 3, 4, 5, 6]));
  });

  it('survives broken files', () => {
    fc.assert(fc.property(mutated(npy), (bytes) => survives(() => decodeNpy(bytes, 'x'))));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(() => decodeNpz(bytes, 'a', 1000, 'x'))),
    );
  });
});

describe('IDX', () => {
  it('decodes bytes with their shape', () => {
    expect(decodeIdx(idx, 'x')).toEqual(tensorOf('uint8', [2, 3], [1, 2, 3, 4, 5, 6]));
  });

  it('does not believe a header that promises four billion rows', () => {
    const huge = idx.slice();
    huge.fill(255, 4, 12);
    expect(() => decodeIdx(huge, 'huge.idx')).toThrow(/6 bytes follow; is the file truncated/);
  });

  it('survives broken files', () => {
    fc.assert(fc.property(mutated(idx), (bytes) => survives(() => decodeIdx(bytes, 'x'))));
  });
});

describe('tables', () => {
  it.each([
    ['a ragged row, by its line', 'a,b\n1,2\n3\n4,5\n', /line 3: every row must have 2 fields/],
    ['an empty file', '', /the file is empty/],
    ['one row', 'a,b\n1,x\n', /at least 3 examples/],
    ['one class', 'a,b\n1,x\n2,x\n3,x\n', /at least 2 classes in 'b'/],
  ])('refuses %s', async (_, content, message) => {
    await expect(loadDataSet(await fileOf('bad.csv', content))).rejects.toThrow(message);
  });

  it('names the row and column of a number that is none', async () => {
    const file = await fileOf('number.csv', 'a,b\n1,x\n2q,y\n');
    const reader = { kind: 'csv', file: 'number.csv', types: { a: 'number' } } as const;
    await expect(readCsv(file, reader)).rejects.toThrow(/row 2, column 'a': must be a finite number, got '2q'/);
  });

  it('reads without a header, leaves out rows without a target and counts them', async () => {
    const file = await fileOf('plain.csv', '1,2\n3,NaN\n4,5\n6,7\n8,2\n1,5\n2,7\n');
    const { dataSet } = await loadDataSet(file);
    expect(dataSet.count).toBe(6);
    expect(dataSet.remarks).toEqual(["1 rows without a value of 'column 2' were left out"]);
  });

  it('survives broken files', async () => {
    const real = new TextEncoder().encode('a,b,c\n1,"x, y",2\n2,z,\n3,x,NA\n4,z,5\n');
    await fc.assert(
      fc.asyncProperty(mutated(real), async (bytes) => {
        const file = await fileOf('fuzz.csv', bytes);
        await loadDataSet(file).catch((error: unknown) => expect(error).toBeInstanceOf(EngineError));
      }),
      { numRuns: 60 },
    );
  });
});
