// From a request to what the trainer is given: the data set is read, model and settings are completed by defaults.
import { basename } from 'node:path';
import type { DataKind } from '../../engine/data/dataSet.js';
import { applyPreprocessing } from '../../engine/data/exampleSet.js';
import type { Preprocessing } from '../../engine/data/preprocessing.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { ModelSpec } from '../../engine/layers/modelSpec.js';
import { checkTraining } from '../../engine/training/checkTraining.js';
import { defaultModel, defaultSettings, outputWidth, type TrainingTask } from '../../engine/training/defaults.js';
import { graphOf, weightsOfGraph, type ImportedSource } from '../../engine/training/importedModel.js';
import type { TrainSettings } from '../../engine/training/settings.js';
import type { TrainedData, TrainingData } from '../../engine/training/trainingData.js';
import type { TrainRequest } from '../../contract/training.js';
import type { Workspace } from '../store/workspace.js';
import { lendColumns } from './datasets/columnFiles.js';
import { loadDataSet, type LoadedDataSet } from './datasets/loadDataSet.js';
import { exampleDocument, modelOf, settingsIn, type ModelDocument } from './exampleModel.js';
import { readSelfContained } from './inspection.js';
import { specificationIn, type RunSpecification } from './runSpecification.js';
import { settingsOf } from './requestedSettings.js';
import type { PreparedTraining } from './training.js';
import { withObjective } from './trainingObjective.js';

/** @throws EngineError of the data (`data.*`), of the model (`spec.*`, `model.*`) and of the settings (`settings.invalid`) */
export async function prepareTraining(
  request: TrainRequest,
  workspace: Workspace,
  run?: string,
): Promise<PreparedTraining> {
  const saved = run === undefined ? undefined : { id: run, folder: workspace.runFolder(run) };
  return prepareData(request, { workspace: workspace.path, run: saved });
}

export interface PreparationPlaces {
  /** The folder of the workspace. */
  readonly workspace: string;
  /** Where the examples are; left out: those of this installation. */
  readonly resources?: string | undefined;
  /** Of a training that goes on, or that is looked into. */
  readonly run?: { readonly id: string; readonly folder: string } | undefined;
  /** Gives the present version of a data set that may be loaded already; left out: it is read. */
  readonly load?: ((data: string, target?: string) => Promise<LoadedDataSet>) | undefined;
}

/** As {@link prepareTraining}, where there are only the workspace's files. */
export async function prepareData(
  request: TrainRequest,
  { workspace, resources, run, load }: PreparationPlaces,
): Promise<PreparedTraining> {
  const saved = run && (await specificationIn(run.folder, run.id));
  const { target } = request;
  // A run goes on with the version that it was trained on, whatever the data set has become since.
  const loaded =
    load && !saved
      ? await load(request.data, target)
      : await loadDataSet(request.data, { target, workspace, resources, version: saved?.dataHash });
  const { dataSet, split, folder, description } = loaded;
  const lent = () => lendColumns(dataSet, folder, description.reader);
  if (saved) {
    checkHash(run.id, saved, loaded);
    return { request, data: { ...saved.trained, dataSet: await lent(), split } satisfies TrainingData };
  }
  const trained = await completeRequest(request, withObjective(factsOf(loaded), request));
  const weights = trained.imported && weightsOfGraph(graphOf(trained.imported));
  const data = { ...trained, ...(weights && { weights }), dataSet, split } satisfies TrainingData;
  checkTraining(data);
  return { request, data: { ...data, dataSet: await lent() } };
}

/** What completes a request: all that model and settings follow from, without the examples themselves. */
export interface DataFacts {
  readonly name: string;
  readonly kind: DataKind;
  readonly task: TrainingTask;
  /** Column that the data is there to predict. */
  readonly targetName: string;
  readonly preprocessing: Preprocessing;
  /** Examples of the training part. */
  readonly trainCount: number;
  /** @throws EngineError `data.model` where the data needs a model that is drawn */
  readonly defaultModel: () => ModelSpec;
}

export function factsOf({ dataSet, description, split, preprocessing }: LoadedDataSet): DataFacts {
  return {
    name: description.name,
    kind: dataSet.kind,
    task: preprocessing.target.kind === 'input' ? 'reconstruction' : dataSet.task,
    targetName: dataSet.target,
    preprocessing,
    trainCount: split.train.length,
    defaultModel: () => defaultModel(dataSet, applyPreprocessing(dataSet, preprocessing), preprocessing),
  };
}

/** Model and settings of a request, defaults filled in. @throws as {@link prepareTraining} */
export async function completeRequest(request: TrainRequest, facts: DataFacts): Promise<TrainedData> {
  const settings = await requestedSettings(request, facts);
  return {
    preprocessing: facts.preprocessing,
    ...(await requestedModel(request, facts, settings.loss.type)),
    settings,
  };
}

export async function requestedSettings(request: TrainRequest, facts: DataFacts): Promise<TrainSettings> {
  const defaults = await defaultsFor(request, facts);
  return settingsOf(request, request.settings, defaults);
}

/** The settings of a request that says none. */
export async function defaultsFor(request: TrainRequest, facts: DataFacts): Promise<TrainSettings> {
  const derived = defaultSettings(facts, facts.trainCount);
  if (request.fineTune) return { ...derived, learningRate: fineTuneRate };
  const given = settingsIn(await documentOf(request, facts));
  return settingsOf({ data: request.data, seed: 0, backend: 'auto' }, given, derived);
}

/** The model of a request: the specification given, the example's own, a default, or the file to fine-tune. */
export async function requestedModel(
  request: TrainRequest,
  facts: DataFacts,
  loss: string,
): Promise<Pick<TrainedData, 'spec' | 'imported'>> {
  if (request.fineTune) return { imported: readImported(request.fineTune, loss, facts.preprocessing) };
  return { spec: modelOf(await documentOf(request, facts)) ?? facts.defaultModel() };
}

/** Numbers of other data would be compared with those of the run, or training would go on with them. */
function checkHash(run: string, { dataHash }: RunSpecification, { dataSet }: LoadedDataSet): void {
  if (dataSet.hash === dataHash) return;
  throw new EngineError(
    'data.changed',
    `Run '${run}': data set '${dataSet.name}' must be as it was at training (hash ${dataHash.slice(0, 12)}…), got ${dataSet.hash.slice(0, 12)}…; bring the data back or train anew`,
  );
}

/** Weights that are good already are moved gently. */
const fineTuneRate = 2e-4;

function readImported(
  { file, replaceHead }: NonNullable<TrainRequest['fineTune']>,
  loss: string,
  preprocessing: Preprocessing,
): ImportedSource {
  return {
    name: basename(file, '.onnx'),
    bytes: readSelfContained(file),
    // What gives the input again has no head that would be of other classes.
    newHead: replaceHead && preprocessing.target.kind !== 'input' ? outputWidth(preprocessing) : undefined,
    dropSoftmax: loss === 'crossEntropy',
  };
}

/** A specification given, else the example's own. */
async function documentOf(request: TrainRequest, { name, task }: DataFacts): Promise<ModelDocument | undefined> {
  if (request.model) return request.model;
  return request.data === name && task !== 'reconstruction' ? exampleDocument(name) : undefined;
}
