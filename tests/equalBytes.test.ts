// The comparison that all tests use for arrays.
import { expect, it } from 'vitest';

it('arrays of the same bytes are equal, wherever they stand', () => {
  expect(new Float32Array([1, 2, 3, 4]).subarray(1, 3)).toEqual(new Float32Array([2, 3]));
  expect(new Map([['a', Buffer.from('x')]])).toEqual(new Map([['a', Buffer.from('x')]]));
  expect([{ data: new BigInt64Array([7n]) }]).toEqual([{ data: new BigInt64Array([7n]) }]);
});

it('others are not, but for another NaN', () => {
  expect(new Float32Array([1, 2])).not.toEqual(new Float32Array([1, 3]));
  expect(new Float32Array([1])).not.toEqual(new Float32Array([1, 1]));
  expect(new Float32Array([0])).not.toEqual(new Int32Array([0]));
  expect({ tensors: [Buffer.from('x')] }).not.toEqual({ tensors: [Buffer.from('y')] });
  const bits = new Uint32Array([0x7fc0_0001]);
  expect(new Float32Array(bits.buffer)).toEqual(new Float32Array([NaN]));
});
