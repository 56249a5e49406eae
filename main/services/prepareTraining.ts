// From a request to what the trainer is given: the data set is read, model and settings are completed by defaults.
import { basename } from 'node:path';
import * as z from 'zod';
import { applyPreprocessing } from '../../engine/data/exampleSet.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { checkTraining } from '../../engine/training/checkTraining.js';
import { defaultModel, defaultSettings, outputWidth } from '../../engine/training/defaults.js';
import { graphOf, weightsOfGraph, type ImportedSource } from '../../engine/training/importedModel.js';
import { trainSettingsSchema, type TrainSettings } from '../../engine/training/settings.js';
import type { TrainingData } from '../../engine/training/trainingData.js';
import type { TrainRequest } from '../../contract/training.js';
import type { Workspace } from '../store/workspace.js';
import { loadDataSet, type LoadedDataSet } from './datasets/loadDataSet.js';
import { exampleDocument, modelOf, settingsIn, type ModelDocument } from './exampleModel.js';
import { readSelfContained } from './inspection.js';
import { readRunSpecification, type RunSpecification } from './runSpecification.js';
import type { PreparedTraining } from './training.js';

/** @throws EngineError of the data (`data.*`), of the model (`spec.*`, `model.*`) and of the settings (`settings.invalid`) */
export async function prepareTraining(
  request: TrainRequest,
  workspace: Workspace,
  run?: string,
): Promise<PreparedTraining> {
  const loaded = await loadDataSet(request.data, { target: request.target, workspace: workspace.path });
  const { dataSet, split, preprocessing } = loaded;
  const saved = run === undefined ? undefined : await readRunSpecification(workspace, run);
  if (saved) {
    checkHash(run!, saved, loaded);
    return { request, data: { ...saved.trained, dataSet, split } satisfies TrainingData };
  }
  const document = await documentOf(request, loaded);
  const defaults = defaultSettings(dataSet, split.train.length);
  if (request.fineTune) {
    const settings = settingsOf(request, request.settings, { ...defaults, learningRate: fineTuneRate });
    const imported = readImported(request.fineTune, settings.loss.type, outputWidth(preprocessing));
    const weights = weightsOfGraph(graphOf(imported));
    return checked(request, { dataSet, split, preprocessing, imported, weights, settings });
  }
  const spec = modelOf(document) ?? defaultModel(dataSet, applyPreprocessing(dataSet, preprocessing), preprocessing);
  const settings = settingsOf(request, { ...settingsIn(document), ...request.settings }, defaults);
  return checked(request, { dataSet, split, preprocessing, spec, settings });
}

/** Numbers of other data would be compared with those of the run, or training would go on with them. */
function checkHash(run: string, { dataHash }: RunSpecification, { dataSet }: LoadedDataSet): void {
  if (dataSet.hash === dataHash) return;
  throw new EngineError(
    'data.changed',
    `Run '${run}': data set '${dataSet.name}' must be as it was at training (hash ${dataHash.slice(0, 12)}…), got ${dataSet.hash.slice(0, 12)}…; bring the data back or train anew`,
  );
}

function checked(request: TrainRequest, data: TrainingData): PreparedTraining {
  checkTraining(data);
  return { request, data };
}

/** Weights that are good already are moved gently. */
const fineTuneRate = 2e-4;

function readImported(
  { file, replaceHead }: NonNullable<TrainRequest['fineTune']>,
  loss: string,
  width: number,
): ImportedSource {
  return {
    name: basename(file, '.onnx'),
    bytes: readSelfContained(file),
    newHead: replaceHead ? width : undefined,
    dropSoftmax: loss === 'crossEntropy',
  };
}

/** A specification given, else the example's own. */
async function documentOf(
  request: TrainRequest,
  { description }: LoadedDataSet,
): Promise<ModelDocument | undefined> {
  if (request.model) return request.model;
  return request.data === description.name ? exampleDocument(description.name) : undefined;
}

/** The request's settings over the document's over the defaults. */
function settingsOf(request: TrainRequest, given: unknown, defaults: TrainSettings): TrainSettings {
  const base = { ...defaults, ...(given as object | undefined) } as z.input<typeof trainSettingsSchema>;
  const { weightDecay } = request;
  const optimizer =
    request.optimizer === undefined || request.optimizer === base.optimizer.type
      ? base.optimizer
      : { type: request.optimizer, options: {} };
  const parsed = trainSettingsSchema.safeParse({
    ...base,
    ...(request.epochs !== undefined && { epochs: request.epochs }),
    ...(request.batch !== undefined && { batch: request.batch }),
    ...(request.learningRate !== undefined && { learningRate: request.learningRate }),
    ...(request.schedule !== undefined && { schedule: { type: request.schedule } }),
    ...(request.loss !== undefined && { loss: { type: request.loss } }),
    ...(request.precision !== undefined && { precision: request.precision }),
    optimizer: {
      ...optimizer,
      options: { ...optimizer.options, ...(weightDecay !== undefined && { weightDecay }) },
    },
    ...(request.fineTune && { freeze: request.fineTune.freeze }),
  });
  if (!parsed.success) throw new EngineError('settings.invalid', `Training settings: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
