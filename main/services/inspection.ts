// Looks into an ONNX file: what it is made of and what of it can be trained.
import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { ReadRange } from '../../engine/onnx/externalLocation.js';
import { decodeModel, type DecodeOptions } from '../../engine/onnx/decode.js';
import { encodeModel } from '../../engine/onnx/encode.js';
import type { ImportOptions } from '../../engine/onnx/importModel.js';
import { inspectModel, type InspectedModel } from '../../engine/training/inspectModel.js';
import type { ModelReport } from '../../engine/training/modelReport.js';

export type { ModelReport, ReportedValue } from '../../engine/training/modelReport.js';

const byteLimit = 2 ** 31 - 1;

/** Reads a model file, its external data too, and reports on it. Throws `onnx.*`; `file.notFound`. */
export function inspectFile(path: string, options: Omit<ImportOptions, 'readRange'> = {}): ModelReport {
  return openModel(path, options).report;
}

/** As {@link inspectFile}, with the graph. */
export function openModel(path: string, options: Omit<ImportOptions, 'readRange'> = {}): InspectedModel {
  return inspectModel(readModelFile(path), { ...options, ...beside(path) });
}

/** The bytes of a model with its external data moved inside; throws `onnx.tooLarge` where that makes 2 GiB. */
export function readSelfContained(path: string): Uint8Array {
  const model = decodeModel(readModelFile(path), beside(path));
  return encodeModel(model.graph, { from: model });
}

function readModelFile(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > byteLimit)
      throw new EngineError('onnx.tooLarge', `Model '${path}': an ONNX file must be below 2 GiB, got ${size} bytes`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code ?? reasonOf(error)})`;
    throw new EngineError('file.notFound', `Model '${path}': ${why}`);
  }
}

function beside(path: string): DecodeOptions {
  return { readRange: rangesBeside(path), file: basename(path) };
}

/** Reads external data, in the model's folder only: links that lead out of it are refused. */
export function rangesBeside(path: string): ReadRange {
  return (location, offset, length) => {
    const refuse = (sentence: string): never => {
      throw new EngineError('onnx.externalData', `External data '${location}': ${sentence}`, { path: location });
    };
    let file: number;
    try {
      const folder = realpathSync(dirname(path));
      const target = realpathSync(join(folder, location));
      if (!target.startsWith(folder.endsWith(sep) ? folder : folder + sep))
        refuse('must lie in the folder of the model');
      const { size } = statSync(target);
      if (offset + length > size) refuse(`must hold ${length} bytes at ${offset}, but has ${size} in all`);
      file = openSync(target, 'r');
    } catch (error) {
      if (error instanceof EngineError) throw error;
      return refuse(`cannot be read (${reasonOf(error)})`);
    }
    try {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    } finally {
      closeSync(file);
    }
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
