// Models whose weights lie in a file beside them.
import { EngineError } from '../ir/diagnostic.js';
import type { Graph } from '../ir/graph.js';
import { encodeModel, type EncodeOptions } from './encode.js';
import { isInside } from './externalLocation.js';

export interface ExternalOptions extends EncodeOptions {
  /** The name of the data file, relative to the model's folder. */
  readonly location: string;
  /** Smaller tensors stay in the model; in bytes. */
  readonly threshold?: number;
}

export interface ExternalModel {
  readonly model: Uint8Array<ArrayBuffer>;
  /** What the data file holds. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Offsets are multiples of this, so that the file can be mapped into memory (ONNX, External Data). */
const alignment = 4096;

/** Encodes a model and one file of its large constants. Throws `onnx.externalData` for a location outside the folder. */
export function encodeExternal(graph: Graph, options: ExternalOptions): ExternalModel {
  const { location, threshold = 1024 } = options;
  if (!isInside(location))
    throw new EngineError(
      'onnx.externalData',
      `External data: the file must lie beside the model, by a relative path without '..', got '${location}'`,
    );
  const pieces: { bytes: Uint8Array; offset: number }[] = [];
  let end = 0;
  const model = encodeModel(graph, {
    ...options,
    place(bytes) {
      if (bytes.length < threshold) return undefined;
      const offset = Math.ceil(end / alignment) * alignment;
      pieces.push({ bytes, offset });
      end = offset + bytes.length;
      return { location, offset };
    },
  });
  const data = new Uint8Array(end);
  for (const { bytes, offset } of pieces) data.set(bytes, offset);
  return { model, data };
}
