// Arrays of the same bytes are equal. Element by element, as vitest compares, a megabyte takes two seconds.
import { expect } from 'vitest';

/** Where the bytes differ vitest compares, and shows, the elements: another NaN is equal, too. */
function haveSameBytes(one: unknown, other: unknown): true | undefined {
  if (!ArrayBuffer.isView(one) || !ArrayBuffer.isView(other) || one.constructor !== other.constructor) return undefined;
  const [left, right] = [one, other].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  return left!.equals(right!) ? true : undefined;
}

expect.addEqualityTesters([haveSameBytes]);
