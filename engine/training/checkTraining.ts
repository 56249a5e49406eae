// Everything about model, settings and data that can be refused before a run is made.
import type { InputTransform } from '../data/preprocessing.js';
import { EngineError } from '../ir/diagnostic.js';
import { formatShape } from '../ir/shape.js';
import { shapeOf } from '../ops/valueTypes.js';
import { checkAugmentation, mixedTargetType } from './augmentedTraining.js';
import { outputWidth } from './defaults.js';
import { exampleTypesOf } from './exampleTypes.js';
import { forwardModelOf } from './forwardModel.js';
import type { PhaseDeclaration } from './phase.js';
import { compileProgram } from './program.js';
import { lossOf } from './losses/index.js';
import { learningRateAt } from './schedules/learningRate.js';
import { evaluatePhase, supervisedPhases } from './supervised.js';
import { commonUnitOf } from './targetUnit.js';
import type { TrainedData } from './trainingData.js';

/** The phases of a training, with evaluation steps of `evaluationBatch` examples. */
export function phasesOf(data: TrainedData, evaluationBatch: number): PhaseDeclaration[] {
  const { target } = data.preprocessing;
  return supervisedPhases({
    model: forwardModelOf(data),
    settings: data.settings,
    ...exampleTypesOf(data.preprocessing),
    reconstructs: target.kind === 'input' ? target.input : undefined,
    mixedTarget: mixedTargetType(data.settings, data.preprocessing),
    unit: commonUnitOf(data.preprocessing),
    evaluationBatch,
  });
}

/**
 * Compiles the whole program once without a backend, so that whatever is wrong with the model, the loss, the metrics,
 * the optimizer or the schedule is said before anything is written. Throws the first fault.
 */
export function checkTraining(data: TrainedData): void {
  const { settings } = data;
  const context = { step: 0, totalSteps: 1, stepsPerEpoch: 1, baseRate: settings.learningRate };
  learningRateAt(settings.schedule, context);
  checkAugmentation(data);
  checkReconstruction(data);
  const { steps } = compileProgram(phasesOf(data, settings.batch));
  const evaluation = steps.find(({ name }) => name === evaluatePhase)!;
  const prediction = evaluation.graph.outputs.find(({ name }) => name === evaluation.results.prediction)!;
  const { target } = data.preprocessing;
  if (target.kind === 'input') return;
  const width = outputWidth(data.preprocessing);
  const shape = shapeOf(prediction);
  if (!widthLosses.has(settings.loss.type) || shape.at(-1) === width) return;
  throw new EngineError(
    'model.output',
    `Model '${forwardModelOf(data).name}': the last dimension of the output must be ${width} for target '${target.column}' and loss ${settings.loss.type}, got shape ${formatShape(shape)}`,
  );
}

/** A reconstruction is measured number by number; a probability of yes only where the numbers lie between 0 and 1. */
function checkReconstruction({ settings, preprocessing }: TrainedData): void {
  const { target, inputs } = preprocessing;
  if (target.kind !== 'input') return;
  const { type } = settings.loss;
  const wanted = lossOf(type).target;
  if (wanted === 'sameAsPrediction' || wanted === 'none' || (wanted === 'binary' && inputs.every(areShares))) return;
  const reason = wanted === 'binary' ? 'needs numbers from 0 to 1, and they are standardised' : 'needs classes';
  throw new EngineError(
    'loss.target',
    `Loss ${type}: it ${reason}, which a reconstructed input does not have; use meanSquaredError`,
    { path: 'settings.loss' },
  );
}

/** Bytes that are scaled and nothing else. */
function areShares(input: InputTransform): boolean {
  return (
    input.kind === 'array' &&
    input.scale !== 1 &&
    input.mean.every((mean) => mean === 0) &&
    input.std.every((std) => std === 1)
  );
}

/** Losses whose prediction has one number a class (or the one number of a regression). */
const widthLosses = new Set([
  'crossEntropy',
  'negativeLogLikelihood',
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
]);
