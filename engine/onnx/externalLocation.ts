// Where a tensor outside its model file lies, and reading it. Files name the place, so every part is checked.
import { TensorProto_DataLocation, type TensorProto } from 'onnx-buf';
import { EngineError, type Place } from '../ir/diagnostic.js';

/**
 * Reads `length` bytes at `offset` of a file beside the model; `location` is relative with forward slashes and stays
 * inside the model's folder (the reader must still refuse links that lead out of it).
 */
export type ReadRange = (location: string, offset: number, length: number) => Uint8Array;

export interface ExternalLocation {
  readonly location: string;
  readonly offset: number;
  /** Left out by files whose tensor reaches to the end. */
  readonly length: number | undefined;
}

/** True for a relative path that stays where it is: no root, drive, `..`, backslash, or control character. */
export function isInside(location: string): boolean {
  if (location === '' || location.length > 1024) return false;
  if (/[\\:]/.test(location)) return false;
  for (let at = 0; at < location.length; at++) if (location.charCodeAt(at) < 32) return false;
  return location.split('/').every((part) => part !== '' && part !== '..');
}

/** Parses the `external_data` entries of a tensor. Throws `onnx.externalData`. */
export function locationOf(proto: TensorProto, subject: string, place: Place): ExternalLocation {
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const fail = (sentence: string): never => {
    throw new EngineError('onnx.externalData', `${subject}: ${sentence}`, place);
  };
  const whole = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined || text === '') return undefined;
    const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    return Number.isSafeInteger(number) ? number : fail(`external ${key} must be a whole number, got '${text}'`);
  };
  const location = (entries.get('location') ?? '').replace(/^(\.\/)+/, '');
  if (!isInside(location))
    fail(`external data must lie beside the model, by a relative path without '..', got '${location}'`);
  return { location, offset: whole('offset') ?? 0, length: whole('length') };
}

/** Reads the `expected` bytes of an external tensor. Throws `onnx.externalData`. */
export function readExternal(
  proto: TensorProto,
  expected: number,
  subject: string,
  place: Place,
  readRange: ReadRange | undefined,
): Uint8Array {
  const { location, offset, length } = locationOf(proto, subject, place);
  const fail = (sentence: string): never => {
    throw new EngineError('onnx.externalData', `${subject}: ${sentence}`, place);
  };
  if (!readRange)
    return fail(
      `its data lies in '${location}' beside the model; open the model from its folder, not from bytes alone`,
    );
  if (length !== undefined && length !== expected)
    fail(`its shape takes ${expected} bytes, but ${length} are announced in '${location}'`);
  const bytes = readRange(location, offset, expected);
  if (bytes.length !== expected)
    fail(`'${location}' must hold ${expected} bytes at ${offset}, got ${bytes.length}; the file may be truncated`);
  return bytes;
}

/** True for a tensor whose data lies outside the model. */
export function isExternal(proto: TensorProto): boolean {
  return proto.dataLocation === TensorProto_DataLocation.EXTERNAL;
}
