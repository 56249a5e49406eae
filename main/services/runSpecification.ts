// What a run was made of, as its folder keeps it: later changes of examples, defaults or files do not reach it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { faultCodes } from '../../contract/fault.js';
import { preprocessingSchema } from '../../engine/data/preprocessing.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { readModelSpec } from '../../engine/layers/modelSpec.js';
import { graphOf, weightsOfGraph } from '../../engine/training/importedModel.js';
import { trainSettingsSchema } from '../../engine/training/settings.js';
import type { TrainedData } from '../../engine/training/trainingData.js';
import type { Workspace } from '../store/workspace.js';

const specificationSchema = z.object({
  data: z.object({ name: z.string(), hash: z.string() }),
  model: z.unknown().optional(),
  imported: z
    .object({ name: z.string(), newHead: z.number().int().positive().optional(), dropSoftmax: z.boolean() })
    .optional(),
  training: trainSettingsSchema,
  preprocessing: preprocessingSchema,
});

export interface RunSpecification {
  readonly trained: TrainedData;
  readonly dataHash: string;
}

/** `undefined` for a run that stopped before it had written anything. Throws `run.state` for a damaged file. */
export async function readRunSpecification(
  workspace: Pick<Workspace, 'runFolder'>,
  run: string,
): Promise<RunSpecification | undefined> {
  return specificationIn(workspace.runFolder(run), run);
}

/** As {@link readRunSpecification}, of a run's folder. */
export async function specificationIn(folder: string, run: string): Promise<RunSpecification | undefined> {
  const text = await readFile(join(folder, 'spec.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = specificationSchema.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new EngineError(
      faultCodes.runState,
      `Run '${run}': its spec.json cannot be read: ${z.prettifyError(parsed.error)}`,
    );
  const { model, imported, training: settings, preprocessing, data } = parsed.data;
  if (!imported) return { trained: { settings, preprocessing, spec: readModelSpec(model) }, dataHash: data.hash };
  const source = { ...imported, bytes: new Uint8Array(await readFile(join(folder, 'source.onnx'))) };
  const weights = weightsOfGraph(graphOf(source));
  return { trained: { settings, preprocessing, imported: source, weights }, dataHash: data.hash };
}

/** The hash of the data that a run was trained on; undefined where it has not begun, or its folder is damaged. */
export async function dataHashIn(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'spec.json'), 'utf8').catch(() => '');
  const parsed = specificationSchema.pick({ data: true }).safeParse(jsonOf(text));
  return parsed.success ? parsed.data.data.hash : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
