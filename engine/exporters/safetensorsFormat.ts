// The safetensors format (huggingface.co/docs/safetensors): 8 bytes of header length, a JSON header, the tensors' bytes.
// Nothing in a file is believed: every offset is checked against the shape, its neighbours and the file's size.
import { z } from 'zod';
import { faultCodes } from '../../contract/fault.js';
import { EngineError } from '../ir/diagnostic.js';
import { byteSize, viewOf, type DType } from '../ir/dtype.js';
import { tensor, type Tensor } from '../ir/tensor.js';

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where a tensor lies: bytes from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format's own limit, in bytes. */
export const maximumHeader = 100_000_000;

const names: Readonly<Record<DType, string>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  int64: 'I64',
  int32: 'I32',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};
const dtypeOf = new Map(Object.entries(names).map(([dtype, name]) => [name, dtype as DType]));

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(count).max(64),
  data_offsets: z.tuple([count, count]),
});
const metadataSchema = z.record(z.string(), z.string());

/**
 * The file's pieces: header, then the tensors, those with wide elements first so that all are aligned.
 * The pieces are views of the tensors' data, not copies.
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array[] {
  const ordered = [...tensors].sort(([, left], [, right]) => byteSize(right.dtype) - byteSize(left.dtype));
  const header: [string, unknown][] = [['__metadata__', metadata]];
  let begin = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (name === '__metadata__') throw fault('safetensors', `a tensor must not be called '${name}'`);
    header.push([name, { dtype: names[dtype], shape, data_offsets: [begin, begin + data.byteLength] }]);
    begin += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Blanks after the JSON bring the data to a multiple of eight bytes.
  const head = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(text, 8);
  return [head, ...ordered.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

/** @param start the first 8 bytes of a file of `fileSize` bytes. @throws EngineError `input.safetensors` */
export function headerLength(start: Uint8Array, fileSize: number, subject = 'safetensors'): number {
  if (start.length < 8 || fileSize < 8)
    throw fault(subject, `the file must hold a header, but ends after ${fileSize} bytes`);
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
  if (length > maximumHeader || length > fileSize - 8)
    throw fault(
      subject,
      `the header of ${length} bytes must fit into the file of ${fileSize} bytes and into ${maximumHeader}`,
    );
  return length;
}

/**
 * @param header its JSON. @param dataSize bytes after the header.
 * @throws EngineError `input.safetensors`
 */
export function decodeHeader(header: Uint8Array, dataSize: number, subject = 'safetensors'): SafetensorsHeader {
  const document = parseJson(header, subject);
  const metadata = metadataSchema.safeParse(document.get('__metadata__') ?? {});
  if (!metadata.success) throw fault(subject, 'its metadata must be an object of texts');
  document.delete('__metadata__');
  const entries = [...document].map(([name, entry]) => decodeEntry(name, entry, subject));
  entries.sort((left, right) => left.begin - right.begin || left.end - right.end);
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position)
      throw fault(subject, `tensor '${name}' must begin where the one before it ends, at ${position}, not at ${begin}`);
    position = end;
  }
  if (position !== dataSize)
    throw fault(subject, `its tensors must fill the ${dataSize} bytes of data, but fill ${position}`);
  return { entries, metadata: metadata.data };
}

/** A whole file in memory; its tensors are copies. @throws EngineError `input.safetensors` */
export function decodeSafetensors(file: Uint8Array, subject = 'safetensors'): Safetensors {
  const start = 8 + headerLength(file.subarray(0, 8), file.length, subject);
  const { entries, metadata } = decodeHeader(file.subarray(8, start), file.length - start, subject);
  const tensors = new Map(
    entries.map(({ name, dtype, shape, begin, end }) => {
      const bytes = file.slice(start + begin, start + end);
      return [name, tensor(dtype, shape, viewOf(dtype, bytes.buffer, 0, bytes.length / byteSize(dtype)))];
    }),
  );
  return { tensors, metadata };
}

/** Pieces as one array. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function parseJson(header: Uint8Array, subject: string): Map<string, unknown> {
  try {
    const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
    if (typeof document === 'object' && document !== null && !Array.isArray(document))
      // A map, because a tensor may well be called `__proto__`.
      return new Map(Object.entries(document));
  } catch {
    // The message of JSON.parse quotes the file; ours says what was expected.
  }
  throw fault(subject, 'its header must be a JSON object');
}

function decodeEntry(name: string, value: unknown, subject: string): TensorEntry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) throw fault(subject, `tensor '${name}' must have dtype, shape and data_offsets`);
  const { shape } = parsed.data;
  const [begin, end] = parsed.data.data_offsets;
  const dtype = dtypeOf.get(parsed.data.dtype);
  if (!dtype)
    throw fault(
      subject,
      `tensor '${name}': its type must be one of ${[...dtypeOf.keys()].join(', ')}, not '${parsed.data.dtype}'`,
    );
  // A product beyond 2^53 is inexact, but then it is not the size of anything either.
  const bytes = shape.reduce((product, dimension) => product * dimension, byteSize(dtype));
  if (end - begin !== bytes)
    throw fault(
      subject,
      `tensor '${name}' of shape [${shape.join(', ')}] must have ${bytes} bytes, but has ${end - begin}`,
    );
  return { name, dtype, shape, begin, end };
}

function fault(subject: string, rule: string): EngineError {
  return new EngineError(faultCodes.safetensors, `${subject}: ${rule}.`);
}
