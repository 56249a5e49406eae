// ONNX: the graph that was trained, with its weights.
import { choice, flag, optional, whole } from '../layers/options.js';
import { encodeModel } from '../onnx/encode.js';
import { internalOpset, newestReadOpset, oldestWrittenOpset } from '../onnx/opsets.js';
import { halveModel } from '../passes/halveModel.js';
import { exampleTypesOf } from '../training/exampleTypes.js';
import { exportGraph } from '../training/exportModel.js';
import { forwardModelOf } from '../training/forwardModel.js';
import { checkModel } from './checkModel.js';
import type { Precision } from './compareOutputs.js';
import { defineExporter, type ExportSubject } from './defineExporter.js';
import { modelMetadata } from './modelMetadata.js';

export const precisionOption = choice(['float32', 'float16'], {
  label: 'Weights',
  fallback: 'float32',
  description: 'float16 halves the file and computes products in half precision; inputs and outputs stay float32.',
});

export const onnxExporter = defineExporter({
  format: 'onnx',
  title: 'ONNX',
  description: 'The model as a graph that onnxruntime, TensorRT, OpenVINO, Core ML tools and many others load.',
  details:
    'The file is loaded again in a fresh session and compared with the run on held-out examples before it is written.',
  compares: true,
  endings: ['.onnx'],
  options: {
    precision: precisionOption,
    preprocessing: flag({
      label: 'Preprocessing inside',
      fallback: false,
      description: 'The graph takes values as they are in the data, and gives probabilities or the target in its unit.',
    }),
    opset: whole({
      label: 'Opset',
      fallback: internalOpset,
      min: oldestWrittenOpset,
      max: newestReadOpset,
      description: 'The version of the operator set; older runtimes want a lower one.',
    }),
    batch: optional(
      whole({ label: 'Batch', max: 65536, unit: 'examples', description: 'Left out: any number at a time.' }),
    ),
  },
  async write(subject, { precision, preprocessing, opset, batch }, tools) {
    await tools.tell({ step: 'writing' });
    const bytes = encodeTrained(subject, { precision, preprocessing, batch, opset });
    const check = await checkModel(bytes, subject, { raw: preprocessing, batch, precision }, tools);
    return { files: [{ ending: '.onnx', bytes }], checks: [check] };
  },
});

interface TrainedForm {
  readonly precision: Precision;
  readonly preprocessing: boolean;
  readonly batch?: number | undefined;
  readonly opset?: number;
}

/** The trained model as the bytes of an ONNX file. */
export function encodeTrained(
  subject: ExportSubject,
  { precision, preprocessing, batch, opset }: TrainedForm,
): Uint8Array {
  const { data, weights } = subject;
  const { inputs } = exampleTypesOf(data.preprocessing);
  const inside = preprocessing ? data.preprocessing : undefined;
  const graph = exportGraph({ model: forwardModelOf(data), weights, inputs, preprocessing: inside, batch });
  if (precision === 'float16') halveModel(graph);
  return encodeModel(graph, { metadata: modelMetadata(subject), ...(opset !== undefined && { opset }) });
}
