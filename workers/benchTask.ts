// A benchmark model as a task: its training phase and one batch of made-up examples.
import { EngineError } from '../engine/ir/diagnostic.js';
import { sizeOf } from '../engine/ir/shape.js';
import type { Tensor } from '../engine/ir/tensor.js';
import { readModelSpec } from '../engine/layers/modelSpec.js';
import { integers, normals } from '../engine/random/fields.js';
import { specModel } from '../engine/training/forwardModel.js';
import type { PhaseDeclaration } from '../engine/training/phase.js';
import { trainSettingsSchema } from '../engine/training/settings.js';
import { supervisedPhases, trainPhase, type ExampleType } from '../engine/training/supervised.js';
import { benchModels, type BenchModel } from './benchModels.js';

/**
 * @param batch another batch size than the model's own
 * @throws EngineError `usage.model` for a name that no model has
 */
export function benchModel(name: string, batch?: number): BenchModel {
  const model = benchModels.find((candidate) => candidate.name === name);
  if (!model)
    throw new EngineError(
      'usage.model',
      `Benchmark: model must be one of ${benchModels.map((m) => m.name).join(', ')}, got '${name}'`,
    );
  return batch === undefined ? model : { ...model, batch };
}

/** Plain SGD at a constant rate, cross-entropy. */
export function benchPhase(model: BenchModel): PhaseDeclaration {
  const settings = trainSettingsSchema.parse({
    epochs: 1,
    batch: model.batch,
    optimizer: { type: 'sgd' },
    learningRate: 0.01,
    loss: { type: 'crossEntropy' },
  });
  const phases = supervisedPhases({
    model: specModel(readModelSpec(model.spec)),
    settings,
    inputs: { x: model.input },
    target: model.target,
    evaluationBatch: model.batch,
  });
  return phases.find((phase) => phase.name === trainPhase)!;
}

/** Inputs from a normal distribution, or tokens; any class; every example counts. */
export function benchBatch(model: BenchModel): Record<string, Tensor> {
  const random = (name: string, type: ExampleType, limit: number): Tensor => {
    const shape = [model.batch, ...type.shape];
    const key = { seed: 0, purpose: `bench/${name}` };
    const count = sizeOf(shape);
    if (type.dtype === 'float32') return { dtype: 'float32', shape, data: normals(key, count) };
    return { dtype: 'int32', shape, data: integers(key, count, 0, limit) };
  };
  return {
    x: random('x', model.input, model.classes),
    target: random('target', model.target, model.classes),
    weights: { dtype: 'float32', shape: [model.batch], data: new Float32Array(model.batch).fill(1) },
  };
}
