// Structured values as one binary frame, for ports that carry bytes: JSON, with typed arrays as aligned bytes behind it.
// Layout, little-endian: uint32 length of the JSON in bytes, the JSON (UTF-8), zeros up to a multiple of 8, then each array,
// likewise padded. In the JSON an array is {"$array": type, "at": offset behind the JSON, "length": elements}; numbers that JSON
// lacks, Maps and undefined members have forms of their own; keys that begin with `$` get another `$` in front.

const arrayTypes = {
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;
type ArrayName = keyof typeof arrayTypes;
type AnyArray = InstanceType<(typeof arrayTypes)[ArrayName]>;

const alignment = 8;
const padded = (length: number): number => Math.ceil(length / alignment) * alignment;

/** @throws TypeError for values that have no form: functions, symbols, class instances. */
export function encodeFrame(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let end = 0;
  const place = (array: AnyArray): object => {
    const at = end;
    arrays.push({ at, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
    end += padded(array.byteLength);
    return { $array: nameOf(array), at, length: array.length };
  };
  const json = new TextEncoder().encode(JSON.stringify(simplify(value, place)));
  const start = padded(4 + json.length);
  const frame = new Uint8Array(start + end);
  new DataView(frame.buffer).setUint32(0, json.length, true);
  frame.set(json, 4);
  for (const { at, bytes } of arrays) frame.set(bytes, start + at);
  return frame;
}

/** The inverse; arrays are views into the frame where it is aligned. @throws EngineError-like `RangeError` for a broken frame */
export function decodeFrame(bytes: Uint8Array): unknown {
  // Views need an aligned start.
  const frame = bytes.byteOffset % alignment === 0 ? bytes : bytes.slice();
  if (frame.length < 4) throw new RangeError('Frame: it must have a header of 4 bytes');
  const length = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  if (4 + length > frame.length)
    throw new RangeError(`Frame: its text has ${length} bytes, but only ${frame.length - 4} came`);
  const start = padded(4 + length);
  const read = (type: string, at: number, count: number): AnyArray => {
    if (!Object.hasOwn(arrayTypes, type)) throw new RangeError(`Frame: there are no arrays of type '${type}'`);
    const Type = arrayTypes[type as ArrayName];
    const size = count * Type.BYTES_PER_ELEMENT;
    if (!Number.isSafeInteger(at) || at < 0 || at % alignment !== 0 || !Number.isSafeInteger(count) || count < 0)
      throw new RangeError('Frame: an array lies at no possible place');
    if (start + at + size > frame.length) throw new RangeError('Frame: an array reaches beyond its end');
    return new Type(frame.buffer as ArrayBuffer, frame.byteOffset + start + at, count);
  };
  return restore(JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + length))), read);
}

function nameOf(array: AnyArray): ArrayName {
  // Node's Buffer is a Uint8Array under another name.
  const name = array.constructor.name;
  return name in arrayTypes ? (name as ArrayName) : 'Uint8Array';
}

function simplify(value: unknown, place: (array: AnyArray) => object): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || value === undefined) return value;
  if (typeof value !== 'object') throw new TypeError(`Frame: a ${typeof value} cannot be sent`);
  if (ArrayBuffer.isView(value)) return place(value as AnyArray);
  // As JSON does: what has no value is null.
  if (Array.isArray(value)) return value.map((item) => simplify(item, place) ?? null);
  if (value instanceof Map) return { $map: [...value].map((pair) => simplify(pair, place)) };
  if (value instanceof ArrayBuffer) return place(new Uint8Array(value));
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => [key.startsWith('$') ? `$${key}` : key, simplify(member, place)]);
  return Object.fromEntries(members);
}

function restore(value: unknown, read: (type: string, at: number, length: number) => AnyArray): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => restore(item, read));
  const object = value as Readonly<Record<string, unknown>>;
  if ('$array' in object) return read(String(object.$array), Number(object.at), Number(object.length));
  if ('$number' in object) return Number(object.$number);
  if ('$bigint' in object) return BigInt(String(object.$bigint));
  if ('$map' in object) return new Map((restore(object.$map, read) as [unknown, unknown][]).map((pair) => pair));
  return Object.fromEntries(
    Object.entries(object).map(([key, member]) => [key.startsWith('$$') ? key.slice(1) : key, restore(member, read)]),
  );
}
