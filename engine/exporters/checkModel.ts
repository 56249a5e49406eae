// Reloads an exported ONNX model and holds it against the trained one on held-out examples.
import type { ExportCheck } from '../../contract/jobs.js';
import { gatherTensors } from '../data/exampleSet.js';
import { restoreValue, type TargetTransform } from '../data/preprocessing.js';
import { prepareValue } from '../data/reconstruction.js';
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
  const given = results.flatMap(({ output }) => elements(output!)).slice(0, expected.length);
  const { target } = preprocessing;
  const { found, wanted } = form.raw ? sameUnit(target, given, expected) : { found: given, wanted: expected };
  return compareOutputs({ examples: sample.length, expected: wanted, found, target, precision: form.precision });
}

/** A number is compared as it is in the data; a pixel, which may be 0 of 255 by chance, as the model computes with it. */
function sameUnit(
  target: TargetTransform,
  given: number[],
  expected: readonly number[],
): { readonly found: readonly number[]; readonly wanted: readonly number[] } {
  if (target.kind === 'input')
    return { found: given.map((value, index) => prepareValue(target, value, index)), wanted: expected };
  return { found: given, wanted: expected.map((value) => restoreValue(target, value)) };
}

/** Batches of a fixed size end with a repetition of the last example, whose results are not looked at. */
function batchesOf(sample: Int32Array, size: number | undefined): Int32Array[] {
  if (size === undefined) return [sample];
  const count = Math.ceil(sample.length / size);
  return Array.from({ length: count }, (_batch, batch) =>
    Int32Array.from({ length: size }, (_, at) => sample[Math.min(batch * size + at, sample.length - 1)]!),
  );
}
