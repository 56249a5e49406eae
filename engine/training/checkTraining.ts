// Everything about model, settings and data that can be refused before a run is made.
import { EngineError } from '../ir/diagnostic.js';
import { formatShape } from '../ir/shape.js';
import { shapeOf } from '../ops/valueTypes.js';
import { checkAugmentation, mixedTargetType } from './augmentedTraining.js';
import { outputWidth } from './defaults.js';
import { exampleTypesOf } from './exampleTypes.js';
import { forwardModelOf } from './forwardModel.js';
import type { PhaseDeclaration } from './phase.js';
import { compileProgram } from './program.js';
import { learningRateAt } from './schedules/learningRate.js';
import { evaluatePhase, supervisedPhases, unitOf } from './supervised.js';
import type { TrainedData } from './trainingData.js';

/** The phases of a training, with evaluation steps of `evaluationBatch` examples. */
export function phasesOf(data: TrainedData, evaluationBatch: number): PhaseDeclaration[] {
  return supervisedPhases({
    model: forwardModelOf(data),
    settings: data.settings,
    ...exampleTypesOf(data.preprocessing),
    mixedTarget: mixedTargetType(data.settings, data.preprocessing),
    unit: unitOf(data.preprocessing),
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
  const { steps } = compileProgram(phasesOf(data, settings.batch));
  const evaluation = steps.find(({ name }) => name === evaluatePhase)!;
  const prediction = evaluation.graph.outputs.find(({ name }) => name === evaluation.results.prediction)!;
  const width = outputWidth(data.preprocessing);
  const shape = shapeOf(prediction);
  if (!widthLosses.has(settings.loss.type) || shape.at(-1) === width) return;
  throw new EngineError(
    'model.output',
    `Model '${forwardModelOf(data).name}': the last dimension of the output must be ${width} for target '${data.preprocessing.target.column}' and loss ${settings.loss.type}, got shape ${formatShape(shape)}`,
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
