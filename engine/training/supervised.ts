// Supervised training as a program: a training phase and an evaluation phase over one model.
import type { DType } from '../ir/dtype.js';
import type { Value } from '../ir/graph.js';
import { EngineError } from '../ir/diagnostic.js';
import { formatShape } from '../ir/shape.js';
import { shapeOf } from '../ops/valueTypes.js';
import type { ForwardModel } from './forwardModel.js';
import type { LossSpec } from './losses/defineLoss.js';
import { lossOf } from './losses/index.js';
import { reduceLoss } from './losses/reduceLoss.js';
import { namedMetrics } from './metrics/namedMetrics.js';
import type { PhaseDeclaration, PhaseResult, PhaseScope } from './phase.js';
import { matchesAny, type TrainSettings } from './settings.js';
import { inUnit, type TargetUnit } from './targetUnit.js';

/** A tensor of a batch without its batch dimension. */
export interface ExampleType {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export interface SupervisedTask {
  readonly model: ForwardModel;
  readonly settings: TrainSettings;
  /** By the model's input id. */
  readonly inputs: Readonly<Record<string, ExampleType>>;
  readonly target: ExampleType;
  /** The input that the target is, too: the prediction must have its shape. */
  readonly reconstructs?: string | undefined;
  /** Of training steps, where augmentation mixes targets; else as `target`. */
  readonly mixedTarget?: ExampleType | undefined;
  /** Brings predictions and targets back to the target's own unit for the metrics. */
  readonly unit?: TargetUnit | undefined;
  /** Examples an evaluation step. */
  readonly evaluationBatch: number;
}

/** The model's inputs with the data's names for them: a single input need not be called the same. */
export function namesInData(
  model: ForwardModel,
  data: Readonly<Record<string, ExampleType>>,
): readonly (readonly [string, string])[] {
  const names = Object.keys(data);
  if (model.inputs.length === 1 && names.length === 1) return [[model.inputs[0]!, names[0]!]];
  return model.inputs.map((name) => [name, name]);
}

export const trainPhase = 'train';
export const evaluatePhase = 'evaluate';

/** Result names: `loss` is Σ wᵢ lossᵢ / Σ wᵢ; `metric/<name>` the partial sums of a metric; `prediction` the model's output. */
export function supervisedPhases(task: SupervisedTask): PhaseDeclaration[] {
  const { settings } = task;
  return [
    {
      name: trainPhase,
      build: (scope) => {
        const { loss } = forward(scope, { ...task, target: task.mixedTarget ?? task.target }, settings.batch);
        return { loss, results: { loss } };
      },
      training: {
        trains: (name) => !matchesAny(settings.freeze, name),
        optimizer: settings.optimizer,
        clip: settings.clip,
        average: settings.average,
        recompute: settings.recompute,
        precision: settings.precision,
        rateFactor: (name) => settings.groups.find(({ parameters }) => matchesAny([parameters], name))?.rateFactor ?? 1,
      },
    },
    { name: evaluatePhase, build: (scope) => evaluate(scope, task) },
  ];
}

export interface Forward {
  readonly loss: Value;
  readonly prediction: Value;
  readonly target: Value;
  readonly weight: Value;
}

/** The model over a batch, and the loss that training descends. */
export function forward(scope: PhaseScope, task: SupervisedTask, batch: number): Forward {
  const inputs = new Map(
    namesInData(task.model, task.inputs).map(([id, name]) => {
      const type = task.inputs[name];
      if (!type)
        throw new EngineError(
          'train.input',
          `Model '${task.model.name}': input '${id}' is not among the data's inputs, ${Object.keys(task.inputs).join(', ')}`,
        );
      return [id, scope.batch(name, type.dtype, [batch, ...type.shape])] as const;
    }),
  );
  const prediction = task.model.lower(scope, inputs);
  const target = scope.batch('target', task.target.dtype, [batch, ...task.target.shape]);
  if (task.reconstructs !== undefined) requireShapeOf(task.reconstructs, target, prediction, task.model.name);
  const weight = scope.batch('weights', 'float32', [batch]);
  const loss = scope.emit.within('loss', () => lossValue(scope, task.settings.loss, prediction, target, weight));
  return { loss, prediction, target, weight };
}

function requireShapeOf(input: string, target: Value, prediction: Value, model: string): void {
  const [wanted, got] = [target, prediction].map((value) => formatShape(shapeOf(value).slice(1)));
  if (wanted === got) return;
  throw new EngineError(
    'model.output',
    `Model '${model}': to reconstruct input '${input}' an example's output must have its shape ${wanted}, got ${got}`,
  );
}

function lossValue(scope: PhaseScope, spec: LossSpec, prediction: Value, target: Value, weight: Value): Value {
  const { emit } = scope;
  const perExample = lossOf(spec.type).perExample({ emit, prediction, target, options: spec.options });
  return reduceLoss(emit, perExample, weight);
}

function evaluate(scope: PhaseScope, task: SupervisedTask): PhaseResult {
  const { emit } = scope;
  const { loss, prediction, target, weight } = forward(scope, task, task.evaluationBatch);
  const { unit } = task;
  const restored = (value: Value): Value => (unit ? inUnit(emit, value, unit) : value);
  const measured = { emit, prediction: restored(prediction), target: restored(target), weight };
  const sums = namedMetrics(task.settings.metrics).flatMap(({ name, definition, options }) => {
    const { update } = definition;
    if (!update) return [];
    const partial = emit.within(name, () => update({ ...measured, options }));
    return [[`metric/${name}`, partial] as const];
  });
  return { results: { loss, prediction, ...Object.fromEntries(sums) } };
}
