// Reloads an exported ONNX model and holds it against the trained one on held-out examples.
import type { ExportCheck } from '../../contract/jobs.js';
import { gatherTensors } from '../data/exampleSet.js';
import { restoreValue } from '../data/preprocessing.js';
import { elements } from '../ir/tensor.js';
import { rawInputs } from '../training/rawInputs.js';
import { compareOutputs, type Precision } from './compareOutputs.js';
import type { ExportSubject, ExportTools } from './defineExporter.js';

export interface ModelForm {
  /** Preprocessing is inside: the file takes values as they are in the data. */
  readonly raw: boolean;
  /** Examples a run; left out: any number. */
  readonly batch?: number | undefined;
  readonly precision: Precision;
}

/** @throws EngineError `export.differs` */
export async function checkModel(
  bytes: Uint8Array,
  { data }: ExportSubject,
  form: ModelForm,
  tools: ExportTools,
): Promise<ExportCheck> {
  const { dataSet, preprocessing } = data;
  const { prepared, sample, expected } = await tools.heldOut();
  await tools.tell({ step: 'reloading' });
  const batches = batchesOf(sample, form.batch);
  const feeds = batches.map((examples) =>
    form.raw ? rawInputs(dataSet, preprocessing, prepared, examples) : gatherTensors(prepared.inputs, examples),
  );
  await tools.tell({ step: 'comparing', examples: sample.length });
  const results = await tools.run(bytes, feeds);
  const found = results.flatMap(({ output }) => elements(output!)).slice(0, expected.length);
  const { target } = preprocessing;
  const wanted = form.raw ? expected.map((value) => restoreValue(target, value)) : expected;
  return compareOutputs({ examples: sample.length, expected: wanted, found, target, precision: form.precision });
}

/** Batches of a fixed size end with a repetition of the last example, whose results are not looked at. */
function batchesOf(sample: Int32Array, size: number | undefined): Int32Array[] {
  if (size === undefined) return [sample];
  const count = Math.ceil(sample.length / size);
  return Array.from({ length: count }, (_batch, batch) =>
    Int32Array.from({ length: size }, (_, at) => sample[Math.min(batch * size + at, sample.length - 1)]!),
  );
}
