// Structured values as one binary frame, for ports that carry bytes: JSON, with typed arrays as aligned bytes behind it.
// Layout, little-endian: uint32 length of the JSON in bytes, the JSON (UTF-8), zeros up to a multiple of 8, then each array,
// likewise padded. In the JSON an array is {"$array": type, "at": offset behind the JSON, "length": elements}; what else JSON lacks
// (numbers, undefined, Map, Set, Date) has forms of its own; keys that begin with `$` get another `$` in front.

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
type Bytes = Uint8Array<ArrayBuffer>;
type Place = (type: string, bytes: Uint8Array, length: number) => object;
type Read = (type: string, at: number, length: number) => unknown;

/** Bytes of one frame from a window that a host takes; a checkpoint of a training in the window is the largest. */
export const largestFrame = 2 ** 30;

const alignment = 8;
const padded = (length: number): number => Math.ceil(length / alignment) * alignment;

/**
 * What structured cloning would carry, but for cycles and errors.
 * @param largest bytes that the other end takes
 * @throws TypeError for values that have no form: functions, symbols, promises; RangeError for what is too large, before it takes memory
 */
export function encodeFrame(value: unknown, largest = Infinity): Bytes {
  const arrays: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let end = 0;
  const place: Place = (type, bytes, length) => {
    const at = end;
    arrays.push({ at, bytes });
    end += padded(bytes.length);
    return { $array: type, at, length };
  };
  const json = new TextEncoder().encode(JSON.stringify(simplify(value, place)));
  const start = padded(4 + json.length);
  if (start + end > largest)
    throw new RangeError(
      `Channel: a message may have at most ${largest} bytes, but this has ${start + end}; send less at a time.`,
    );
  const frame = new Uint8Array(start + end);
  new DataView(frame.buffer).setUint32(0, json.length, true);
  frame.set(json, 4);
  for (const { at, bytes } of arrays) frame.set(bytes, start + at);
  return frame;
}

/** The inverse; arrays are views into the frame where it is aligned. @throws RangeError for a broken frame */
export function decodeFrame(bytes: Uint8Array): unknown {
  // Views need an aligned start. A Buffer's own `slice` would not copy.
  const frame = bytes.byteOffset % alignment === 0 ? bytes : new Uint8Array(bytes);
  if (frame.length < 4) throw new RangeError('Frame: it must have a header of 4 bytes');
  const length = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  if (4 + length > frame.length)
    throw new RangeError(`Frame: its text has ${length} bytes, but only ${frame.length - 4} came`);
  const read = readerOf(frame, padded(4 + length));
  try {
    return restore(JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + length))), read);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError(`Frame: its text cannot be read: ${String(error)}`, { cause: error });
  }
}

/** @param start where the arrays begin */
function readerOf(frame: Uint8Array, start: number): Read {
  return (type, at, count) => {
    const isBuffer = type === 'ArrayBuffer';
    if (!isBuffer && !Object.hasOwn(arrayTypes, type))
      throw new RangeError(`Frame: there are no arrays of type '${type}'`);
    const Type = isBuffer ? Uint8Array : arrayTypes[type as ArrayName];
    const size = count * Type.BYTES_PER_ELEMENT;
    if (!Number.isSafeInteger(at) || at < 0 || at % alignment !== 0 || !Number.isSafeInteger(count) || count < 0)
      throw new RangeError('Frame: an array lies at no possible place');
    if (start + at + size > frame.length) throw new RangeError('Frame: an array reaches beyond its end');
    const view = new Type(frame.buffer as ArrayBuffer, frame.byteOffset + start + at, count);
    return isBuffer ? (view as Bytes).slice().buffer : view;
  };
}

/** The value as JSON has it; parts that need no other form are not copied. */
function simplify(value: unknown, place: Place): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { $bigint: String(value) };
    case 'undefined':
      return { $undefined: true };
    case 'object':
      return value === null ? null : simplifyObject(value, place);
    default:
      throw new TypeError(`Frame: a ${typeof value} cannot be sent`);
  }
}

function simplifyObject(value: object, place: Place): unknown {
  if (Array.isArray(value)) return simplifyList(value, place);
  if (ArrayBuffer.isView(value)) return placeView(value, place);
  if (value instanceof ArrayBuffer) return place('ArrayBuffer', new Uint8Array(value), value.byteLength);
  if (value instanceof Map) return { $map: simplifyList([...value].flat(1), place) };
  if (value instanceof Set) return { $set: simplifyList([...value], place) };
  if (value instanceof Date) return { $date: simplify(value.getTime(), place) };
  if (value instanceof Promise) throw new TypeError('Frame: a promise cannot be sent');
  return simplifyMembers(value as Readonly<Record<string, unknown>>, place);
}

function simplifyList(list: readonly unknown[], place: Place): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const simple = simplify(list[index], place);
    if (simple !== list[index]) (copy ??= [...list])[index] = simple;
  }
  return copy ?? list;
}

function simplifyMembers(object: Readonly<Record<string, unknown>>, place: Place): object {
  let copy: object | undefined;
  let isMarked = false;
  for (const key of Object.keys(object)) {
    isMarked ||= key.startsWith('$');
    const member = object[key];
    // JSON leaves members without a value out.
    if (member === undefined) continue;
    const simple = simplify(member, place);
    if (simple !== member) define((copy ??= { ...object }), key, simple);
  }
  return isMarked ? renamed(copy ?? object, (key) => (key.startsWith('$') ? `$${key}` : key)) : (copy ?? object);
}

function renamed(object: object, name: (key: string) => string): object {
  return Object.fromEntries(Object.entries(object).map(([key, member]) => [name(key), member as unknown]));
}

/** A plain assignment to `__proto__` would not make a member. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function placeView(view: ArrayBufferView, place: Place): object {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  // Node's Buffer is a Uint8Array under another name.
  const name = view instanceof Uint8Array ? 'Uint8Array' : view.constructor.name;
  if (!Object.hasOwn(arrayTypes, name)) throw new TypeError(`Frame: a ${name} cannot be sent`);
  return place(name, bytes, bytes.length / arrayTypes[name as ArrayName].BYTES_PER_ELEMENT);
}

/** Changes what was parsed, which is nobody else's. */
function restore(value: unknown, read: Read): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const member: unknown = value[index];
      if (typeof member === 'object') value[index] = restore(member, read);
    }
    return value;
  }
  return restoreObject(value as Record<string, unknown>, read);
}

function restoreObject(object: Record<string, unknown>, read: Read): unknown {
  let isMarked = false;
  for (const key of Object.keys(object)) {
    if (key.startsWith('$') && !key.startsWith('$$')) return restoreForm(key, object, read);
    isMarked ||= key.startsWith('$');
    const member = object[key];
    if (typeof member !== 'object') continue;
    const restored = restore(member, read);
    if (restored !== member) define(object, key, restored);
  }
  return isMarked ? renamed(object, (key) => (key.startsWith('$$') ? key.slice(1) : key)) : object;
}

function restoreForm(form: string, object: Readonly<Record<string, unknown>>, read: Read): unknown {
  const content = object[form];
  switch (form) {
    case '$array':
      return read(String(content), Number(object.at), Number(object.length));
    case '$number':
      return Number(content);
    case '$bigint':
      return BigInt(String(content));
    case '$undefined':
      return undefined;
    case '$date':
      return new Date(Number(restore(content, read)));
    case '$set':
      return new Set(restoreList(content, read));
    case '$map': {
      const parts = restoreList(content, read);
      const pairs = Array.from({ length: parts.length / 2 }, (_, at) => [parts[2 * at], parts[2 * at + 1]] as const);
      return new Map(pairs);
    }
    default:
      throw new RangeError(`Frame: there is no form '${form}'`);
  }
}

function restoreList(content: unknown, read: Read): readonly unknown[] {
  if (!Array.isArray(content)) throw new RangeError('Frame: a set or map must be a list');
  return restore(content, read) as readonly unknown[];
}
