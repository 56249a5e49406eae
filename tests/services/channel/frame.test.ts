// Binary frames: what is encoded comes back, and what is broken is refused whatever it is.
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeFrame } from '../../../contract/channel/frame.js';

const arrays = fc.oneof(
  fc.uint8Array(),
  fc.int8Array(),
  fc.uint8ClampedArray(),
  fc.uint16Array(),
  fc.int16Array(),
  fc.uint32Array(),
  fc.int32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
);

/** Objects have the plain prototype, as cloned ones do. */
const values = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.double(),
    fc.bigInt(),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    arrays,
    fc.date({ noInvalidDate: false }),
  ),
  value: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('object'), tie('map'), tie('set')),
  list: fc.array(tie('value'), { maxLength: 6 }),
  object: fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('$array', '$map', '$', '$$', '__proto__', 'constructor', 'at', 'length')),
    tie('value').filter((member) => member !== undefined),
    { maxKeys: 6, noNullPrototype: true },
  ),
  map: fc.array(fc.tuple(tie('leaf'), tie('value')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  set: fc.array(tie('leaf'), { maxLength: 4 }).map((members) => new Set(members)),
})).value;

/** Whatever it decodes to: it must do so without reading elsewhere, or say what is wrong. */
function decodeOrRefuse(bytes: Uint8Array): void {
  try {
    decodeFrame(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
}

function frameOf(text: string, behind = 0): Uint8Array {
  const json = new TextEncoder().encode(text);
  const frame = new Uint8Array(Math.ceil((4 + json.length) / 8) * 8 + behind);
  new DataView(frame.buffer).setUint32(0, json.length, true);
  frame.set(json, 4);
  return frame;
}

test('Frame: any value comes back', () => {
  fc.assert(
    fc.property(values, (value) => {
      deepStrictEqual(decodeFrame(encodeFrame(value)), value);
    }),
    { numRuns: 300 },
  );
});

test('Frame: it can be decoded from any place in memory', () => {
  fc.assert(
    fc.property(arrays, fc.integer({ min: 0, max: 15 }), (array, offset) => {
      const frame = encodeFrame({ array });
      const memory = new Uint8Array(frame.length + offset);
      memory.set(frame, offset);
      expect(decodeFrame(memory.subarray(offset))).toStrictEqual({ array });
    }),
  );
});

test('Frame: encoding leaves the value as it was', () => {
  const value = { $key: [1, NaN, undefined], map: new Map([['a', -0]]), list: [Float32Array.of(1)] };
  const copy = structuredClone(value);
  encodeFrame(value);
  expect(value).toStrictEqual(copy);
});

test("Frame: Node's buffers are bytes", () => {
  expect(decodeFrame(encodeFrame(Buffer.from('abc')))).toStrictEqual(Uint8Array.of(97, 98, 99));
});

test('Frame: a member without a value is left out, as in JSON', () => {
  expect(decodeFrame(encodeFrame({ a: undefined, b: 1 }))).toStrictEqual({ b: 1 });
});

test.each([
  ['a function', () => 1],
  ['a symbol', { a: Symbol('a') }],
  ['a promise', [Promise.resolve()]],
  ['a DataView', new DataView(new ArrayBuffer(8))],
])('Frame: %s cannot be sent', (_, value) => {
  expect(() => encodeFrame(value)).toThrow(TypeError);
});

describe('Frame: broken ones are refused', () => {
  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodeOrRefuse), { numRuns: 500 });
  });

  test('a frame with some bytes changed or cut off', () => {
    const frame = encodeFrame({ list: [Float64Array.of(1, 2), { $a: new Map([[1, NaN]]) }], big: 10n, text: 'ü' });
    const changes = fc.array(fc.tuple(fc.nat(frame.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(changes, fc.nat(frame.length), (changed, end) => {
        const copy = frame.slice(0, end);
        for (const [at, byte] of changed) if (at < copy.length) copy[at] = byte;
        decodeOrRefuse(copy);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['no header', new Uint8Array(3)],
    ['text beyond the end', Uint8Array.of(255, 255, 255, 255, 1)],
    ['an unknown array', frameOf('{"$array":"Function","at":0,"length":1}', 8)],
    ['an inherited name as array', frameOf('{"$array":"constructor","at":0,"length":1}', 8)],
    ['an array before the start', frameOf('{"$array":"Uint8Array","at":-8,"length":8}', 8)],
    ['an array beyond the end', frameOf('{"$array":"Float64Array","at":0,"length":2}', 8)],
    ['an array of too many elements', frameOf('{"$array":"Uint8Array","at":0,"length":1e300}', 8)],
    ['an array that is not aligned', frameOf('{"$array":"Uint8Array","at":1,"length":1}', 8)],
    ['half an element', frameOf('{"$array":"Uint8Array","at":0,"length":0.5}', 8)],
    ['a bigint that is none', frameOf('{"$bigint":"x"}')],
    ['a map that is none', frameOf('{"$map":5}')],
    ['a form that is none', frameOf('{"$eval":"1"}')],
    ['text that is no JSON', frameOf('{')],
    ['lists that are too deep', frameOf('['.repeat(1_000_000) + ']'.repeat(1_000_000))],
  ])('%s', (_, bytes) => {
    expect(() => decodeFrame(bytes)).toThrow(RangeError);
  });
});

test('A frame that lies anywhere in a Buffer is read', () => {
  const frame = encodeFrame({ values: Float64Array.of(1, 2) });
  for (let offset = 0; offset < 8; offset++) {
    const buffer = Buffer.from(new ArrayBuffer(frame.length + 8), offset, frame.length);
    buffer.set(frame);
    expect(decodeFrame(buffer)).toEqual({ values: Float64Array.of(1, 2) });
  }
});
