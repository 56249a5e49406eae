// The safetensors format: round trips, and refusal of everything that is not what it says.
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dtypes, type DType } from '../../../engine/ir/dtype.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { tensor, tensorOf, zeros, type Tensor } from '../../../engine/ir/tensor.js';
import { decodeHeader, encodeSafetensors, headerLength } from '../../../engine/exporters/safetensorsFormat.js';
import { loadSafetensors, saveSafetensors } from '../../../main/store/safetensorsFile.js';
import { temporaryFolder } from './temporaryFolder.js';

const everyType = new Map<string, Tensor>(
  dtypes.map((dtype: DType, index) => [`layer/${dtype}`, tensorOf(dtype, [2, 1, 3], [1, 0, 1, 0, index, 1])]),
);

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** A file with the given header and `dataSize` zeros. */
function fileOf(header: string, dataSize: number): Uint8Array {
  const text = Buffer.from(header);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(text.length));
  return joined([start, text, Buffer.alloc(dataSize)]);
}

test('Safetensors: every type, empty tensors and metadata come back as they were saved', async () => {
  const path = join(temporaryFolder(), 'state.safetensors');
  const tensors = new Map(everyType).set('empty', zeros('float32', [0, 4])).set('__proto__', zeros('int8', []));
  await saveSafetensors(path, { tensors, metadata: { note: 'two\nlines' } });
  const loaded = await loadSafetensors(path);
  expect(loaded.metadata).toEqual({ note: 'two\nlines' });
  expect(new Map([...loaded.tensors].sort())).toEqual(new Map([...tensors].sort()));
});

test('Safetensors: NaN, infinities and negative zero keep their bits', async () => {
  const path = join(temporaryFolder(), 'state.safetensors');
  const data = new Float32Array([NaN, Infinity, -Infinity, -0, 1e-45]);
  await saveSafetensors(path, { tensors: new Map([['x', tensor('float32', [5], data)]]), metadata: {} });
  const loaded = (await loadSafetensors(path)).tensors.get('x')!;
  expect(Buffer.from(loaded.data.buffer)).toEqual(Buffer.from(data.buffer));
});

test('Safetensors: views into a larger buffer are saved alone', async () => {
  const path = join(temporaryFolder(), 'state.safetensors');
  const view = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
  await saveSafetensors(path, { tensors: new Map([['x', tensor('float32', [2], view)]]), metadata: {} });
  expect((await loadSafetensors(path)).tensors.get('x')!.data).toEqual(new Float32Array([1, 2]));
});

test('Safetensors: data starts at a multiple of eight bytes', () => {
  for (const name of ['a', 'ab', 'abc', 'abcdefg']) {
    const [header] = encodeSafetensors({ tensors: new Map([[name, zeros('float64', [1])]]), metadata: {} });
    expect(header!.length % 8).toBe(0);
  }
});

test.each([
  ['an empty file', new Uint8Array()],
  ['a file that ends in the length', new Uint8Array(5)],
  ['a header longer than the file', joined([Buffer.from([200, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')])],
  ['an absurd header length', new Uint8Array(16).fill(255)],
  ['a header that is no JSON', fileOf('{"x":', 0)],
  ['a header that is no object', fileOf('[1]', 0)],
  ['metadata that is not text', fileOf('{"__metadata__":{"a":1}}', 0)],
  ['a tensor that is no entry', fileOf('{"x":3}', 0)],
  ['an unknown type', fileOf('{"x":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', 2)],
  ['a negative dimension', fileOf('{"x":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1)],
  ['a shape that its bytes do not fill', fileOf('{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4)],
  ['offsets beyond the file', fileOf('{"x":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}', 4)],
  [
    'a shape whose size overflows',
    fileOf('{"x":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}}', 4),
  ],
  [
    'overlapping tensors',
    fileOf(
      '{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
      3,
    ),
  ],
  ['a hole between tensors', fileOf('{"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2)],
  ['bytes after the last tensor', fileOf('{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 2)],
])('Safetensors: %s is refused', async (_, bytes) => {
  const path = join(temporaryFolder(), 'bad.safetensors');
  writeFileSync(path, bytes);
  await expect(loadSafetensors(path)).rejects.toMatchObject({ code: 'input.safetensors' });
});

test('Safetensors: a flipped bit in the data is noticed', async () => {
  const path = join(temporaryFolder(), 'state.safetensors');
  await saveSafetensors(path, { tensors: everyType, metadata: {} });
  const bytes = joined(encodeSafetensors({ tensors: everyType, metadata: { crc32: '00000001' } }));
  writeFileSync(path, bytes);
  await expect(loadSafetensors(path)).rejects.toThrow(/checksum/);
});

test('Safetensors: mutated files are refused or read, and never fail in another way', () => {
  const whole = joined(encodeSafetensors({ tensors: everyType, metadata: { a: 'b' } }));
  const mutation = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(mutation, fc.nat(whole.length), (changes, cut) => {
      const bytes = whole.slice();
      for (const [position, value] of changes) bytes[position] = value;
      const file = cut % 3 === 0 ? bytes.subarray(0, cut) : bytes;
      try {
        const length = headerLength(file.subarray(0, 8), file.length);
        const { entries } = decodeHeader(file.subarray(8, 8 + length), file.length - 8 - length);
        for (const { end } of entries) expect(end).toBeLessThanOrEqual(file.length - 8 - length);
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
      }
    }),
    { numRuns: 2000 },
  );
});
