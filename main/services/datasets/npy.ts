// NPY (NumPy enhancement proposal 1, format 1.0 to 3.0) and NPZ: decoding without trust in the header, and encoding.
import { unzipSync } from 'fflate';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { allocate, byteSize, viewOf, type DType, type TensorData } from '../../../engine/ir/dtype.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import type { Tensor } from '../../../engine/ir/tensor.js';

const codes: Readonly<Record<string, { readonly dtype: DType; readonly bytes: number }>> = {
  f2: { dtype: 'float16', bytes: 2 },
  f4: { dtype: 'float32', bytes: 4 },
  f8: { dtype: 'float64', bytes: 8 },
  i1: { dtype: 'int8', bytes: 1 },
  i4: { dtype: 'int32', bytes: 4 },
  i8: { dtype: 'int64', bytes: 8 },
  u1: { dtype: 'uint8', bytes: 1 },
  b1: { dtype: 'bool', bytes: 1 },
};
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const mostHeader = 65_536;

/** What an NPY file says of itself. */
export interface NpyHeader {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: number[];
  readonly start: number;
}

/** Decodes one array; Fortran order is brought to row-major, big-endian to the machine's order. */
export function decodeNpy(bytes: Uint8Array, subject: string): Tensor {
  const fail = (text: string) => new EngineError('data.npy', `${subject}: ${text}`, { path: subject });
  const header = parseHeader(bytes, fail);
  const type = codes[header.descr.slice(1)];
  if (!type || !'<>|='.includes(header.descr[0]!))
    throw fail(
      `element type '${header.descr.slice(0, 20)}' is not read; save as one of ${Object.keys(codes).join(', ')}`,
    );
  const count = sizeOf(header.shape);
  if (count * type.bytes !== bytes.length - header.start)
    throw fail(
      `the header says [${header.shape.join(', ')}] of ${type.bytes} bytes, but ${bytes.length - header.start} bytes follow; is the file truncated?`,
    );
  // A copy at the start of its own memory, as typed arrays need; a Buffer's `slice` would be a view.
  const content = new Uint8Array(bytes.subarray(header.start));
  if (header.descr.startsWith('>')) swapBytes(content, type.bytes);
  const data = viewOf(type.dtype, content.buffer, 0, count);
  return {
    dtype: type.dtype,
    shape: header.shape,
    data: header.fortran ? toRowMajor(type.dtype, data, header.shape) : data,
  };
}

/** From the first bytes of a file. @throws EngineError `data.npy` */
export function readNpyHeader(head: Uint8Array, subject: string): NpyHeader {
  return parseHeader(head, (text) => new EngineError('data.npy', `${subject}: ${text}`, { path: subject }));
}

function parseHeader(bytes: Uint8Array, fail: (text: string) => EngineError): NpyHeader {
  if (bytes.length < 12 || magic.some((byte, index) => bytes[index] !== byte))
    throw fail('an NPY file must begin with \\x93NUMPY');
  const major = bytes[6]!;
  if (major < 1 || major > 3) throw fail(`NPY versions 1 to 3 are read, got ${major}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const from = major === 1 ? 10 : 12;
  if (length > mostHeader || from + length > bytes.length) throw fail(`a header of ${length} bytes does not fit`);
  const text = new TextDecoder().decode(bytes.subarray(from, from + length));
  const descr = /['"]descr['"]\s*:\s*['"]([^'"]{2,8})['"]/.exec(text)?.[1];
  const fortran = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /['"]shape['"]\s*:\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || shape === undefined)
    throw fail('the header must give descr, fortran_order and shape of plain elements');
  const sizes = shape
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  if (sizes.length > 32 || !sizes.every(Number.isSafeInteger)) throw fail('the shape must have at most 32 whole sizes');
  return { descr, fortran: fortran === 'True', shape: sizes, start: from + length };
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

function toRowMajor(dtype: DType, source: TensorData, shape: readonly number[]): TensorData {
  const target = allocate(dtype, source.length);
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  for (let at = 0; at < target.length; at++) {
    const from = index.reduce((sum, place, axis) => sum + place * strides[axis]!, 0);
    (target as Float64Array)[at] = (source as Float64Array)[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis]! + 1) % shape[axis]!;
      if (index[axis] !== 0) break;
    }
  }
  return target;
}

/** Version 1.0, row-major, little-endian, as header and content. */
export function npyPieces({ dtype, shape, data }: Tensor): [Uint8Array, Uint8Array] {
  return [npyHeader(dtype, shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** Room for a first size of up to 20 digits, so that the number of examples can be written when it is known. */
const sizeDigits = 20;

/** Padded so that the data begin at a multiple of 64, at the same place whatever the first size is. */
export function npyHeader(dtype: DType, shape: readonly number[]): Uint8Array {
  const code = Object.keys(codes).find((key) => codes[key]!.dtype === dtype)!;
  const order = byteSize(dtype) === 1 ? '|' : '<';
  const text = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const most = text.length - String(shape[0] ?? '').length + sizeDigits;
  const length = Math.ceil((10 + most + 1) / 64) * 64 - 10;
  const header = new Uint8Array(10 + length);
  header.set([...magic, 1, 0, length & 0xff, length >> 8]);
  header.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10);
  return header;
}

/** {@link npyPieces} in one. */
export function encodeNpy(array: Tensor): Uint8Array {
  const [header, content] = npyPieces(array);
  const bytes = new Uint8Array(header.length + content.length);
  bytes.set(header);
  bytes.set(content, header.length);
  return bytes;
}

/** One array of an NPZ archive, of at most `limit` bytes unpacked. */
export function decodeNpz(bytes: Uint8Array, entry: string, limit: number, subject: string): Tensor {
  const name = entry.endsWith('.npy') ? entry : `${entry}.npy`;
  const names: string[] = [];
  const filter = (file: { name: string; originalSize: number }) => {
    names.push(file.name);
    return file.name === name && file.originalSize <= limit;
  };
  let found: Uint8Array | undefined;
  try {
    found = unzipSync(bytes, { filter })[name];
  } catch (error) {
    throw new EngineError(
      'data.npz',
      `${subject}: not a whole NPZ file (${error instanceof Error ? error.message : 'unknown'})`,
      { path: subject },
    );
  }
  if (!found)
    throw new EngineError(
      'data.npz',
      `${subject}: no array '${entry}' of at most ${limit} bytes; it has ${names.slice(0, 20).join(', ')}`,
      { path: subject },
    );
  return decodeNpy(found, `${subject}/${name}`);
}
