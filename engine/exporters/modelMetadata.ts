// What a file tells about the model in it: where it comes from, how good it is, what its inputs and outputs mean.
import type { ExportSubject } from './defineExporter.js';

/** Texts by key, as ONNX and safetensors keep them; values of several parts are JSON. */
export function modelMetadata({ run, data, metrics }: ExportSubject): Record<string, string> {
  const { target } = data.preprocessing;
  return {
    'descent.version': '1',
    'descent.run': run,
    'descent.data': data.dataSet.name,
    'descent.dataHash': data.dataSet.hash,
    'descent.metrics': JSON.stringify(metrics),
    'descent.preprocessing': JSON.stringify(data.preprocessing),
    ...(data.spec && { 'descent.spec': JSON.stringify(data.spec) }),
    ...(target.kind === 'class' && { labels: JSON.stringify(target.classes) }),
  };
}
