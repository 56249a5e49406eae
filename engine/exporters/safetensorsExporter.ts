// safetensors: parameters and buffers by name, nothing else; PyTorch, JAX and many others read it.
import type { ExportCheck } from '../../contract/jobs.js';
import { EngineError } from '../ir/diagnostic.js';
import type { Tensor } from '../ir/tensor.js';
import { defineExporter, type ExportSubject } from './defineExporter.js';
import { modelMetadata } from './modelMetadata.js';
import { decodeSafetensors, encodeSafetensors, joinBytes } from './safetensorsFormat.js';

export const safetensorsExporter = defineExporter({
  format: 'safetensors',
  title: 'safetensors',
  description: 'The weights alone, by name and in PyTorch’s layouts, with the model’s specification as metadata.',
  details: 'The file is read again and compared with the run bit by bit before it is written.',
  compares: false,
  endings: ['.safetensors'],
  options: {},
  async write(subject, _options, tools) {
    await tools.tell({ step: 'writing' });
    const bytes = encodeWeights(subject);
    await tools.tell({ step: 'reloading' });
    return { files: [{ ending: '.safetensors', bytes }], checks: [checkWeights(bytes, subject.weights)] };
  },
});

/** `format: pt` is what readers of PyTorch's look for. */
export function encodeWeights(subject: ExportSubject): Uint8Array {
  const metadata = { format: 'pt', ...modelMetadata(subject) };
  return joinBytes(encodeSafetensors({ tensors: subject.weights, metadata }));
}

/** @throws EngineError `export.differs` where a tensor is missing or has another bit */
export function checkWeights(bytes: Uint8Array, weights: ReadonlyMap<string, Tensor>): ExportCheck {
  const { tensors } = decodeSafetensors(bytes, 'Export');
  let numbers = 0;
  for (const [name, wanted] of weights) {
    const found = tensors.get(name);
    if (!found || !isSame(found, wanted))
      throw new EngineError('export.differs', `Export: tensor '${name}' must be read as it was written`, {
        node: name,
      });
    numbers += wanted.data.length;
  }
  if (tensors.size !== weights.size)
    throw new EngineError('export.differs', `Export: ${weights.size} tensors must be read, got ${tensors.size}`);
  return { kind: 'identical', tensors: weights.size, numbers };
}

function isSame(found: Tensor, wanted: Tensor): boolean {
  if (found.dtype !== wanted.dtype || found.shape.join() !== wanted.shape.join()) return false;
  const [left, right] = [bytesOf(found), bytesOf(wanted)];
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
