// The safety of plans: every step graph's values are followed through memory.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { isFloat } from '../../../engine/ir/dtype.js';
import { Graph } from '../../../engine/ir/graph.js';
import { leastLimits, type KernelTarget } from '../../../engine/kernels/compileOptions.js';
import { autoencoder } from '../../../engine/layers/templates/autoencoder.js';
import { charLstm } from '../../../engine/layers/templates/charLstm.js';
import { inception } from '../../../engine/layers/templates/inception.js';
import { leNet } from '../../../engine/layers/templates/leNet.js';
import { mlp } from '../../../engine/layers/templates/mlp.js';
import { resNet20 } from '../../../engine/layers/templates/resNet20.js';
import { textCnn } from '../../../engine/layers/templates/textCnn.js';
import { transformer } from '../../../engine/layers/templates/transformer.js';
import type { ModelSpec } from '../../../engine/layers/modelSpec.js';
import { Emit } from '../../../engine/ops/emit.js';
import { runPasses } from '../../../engine/passes/runPasses.js';
import { specModel } from '../../../engine/training/forwardModel.js';
import { lossOf } from '../../../engine/training/losses/index.js';
import { reduceLoss } from '../../../engine/training/losses/reduceLoss.js';
import { optimizers } from '../../../engine/training/optimizers/index.js';
import type { OptionArguments } from '../../../engine/training/options.js';
import type { PhaseDeclaration } from '../../../engine/training/phase.js';
import { compileProgram, type CompileOptions } from '../../../engine/training/program.js';
import { trainSettingsSchema } from '../../../engine/training/settings.js';
import { supervisedPhases, type ExampleType } from '../../../engine/training/supervised.js';
import { adversary, critic, golden, players, supervisedPhase } from '../../golden/trajectories/trainings.js';
import { placementOf } from '../../workers/webgpu/stepPlacement.js';
import { layerCases } from '../layers/layerCases.js';
import { addGradients, lowerCase } from '../layers/runLayer.js';
import { simulatePlan } from './planSimulator.js';

const target: KernelTarget = { limits: leastLimits, features: { f16: false, subgroups: false }, software: false };
const software: KernelTarget = { ...target, software: true };

/** What is wrong with the plans of all phases of a program. */
function faultsOf(phases: readonly PhaseDeclaration[], compile: CompileOptions = {}, on = target): readonly string[] {
  const program = compileProgram(phases, compile);
  return program.steps.flatMap((step) => {
    runPasses(step.graph);
    return simulatePlan(step.graph, { target: on, ...placementOf(program.entries, step) }).faults;
  });
}

interface Task {
  readonly spec: ModelSpec;
  readonly input: ExampleType;
  readonly target: ExampleType;
  readonly loss?: string;
  readonly settings?: object;
}

function phasesFor({ spec, input, target: wanted, loss = 'crossEntropy', settings = {} }: Task): PhaseDeclaration[] {
  return supervisedPhases({
    model: specModel(spec),
    settings: trainSettingsSchema.parse({
      epochs: 1,
      batch: 2,
      learningRate: 0.1,
      optimizer: { type: 'adam' },
      loss: { type: loss },
      ...settings,
    }),
    inputs: { x: input },
    target: wanted,
    evaluationBatch: 2,
  });
}

const float = (...shape: number[]): ExampleType => ({ dtype: 'float32', shape });
const integer = (...shape: number[]): ExampleType => ({ dtype: 'int32', shape });
const ten = { kind: 'classification', classes: 10 } as const;
const text = { shape: [12] };
const vocabulary = 30;

const templates: Readonly<Record<string, Task>> = {
  mlp: { spec: mlp({ shape: [784] }, ten, { hidden: [32, 16] }), input: float(784), target: integer() },
  leNet: { spec: leNet({ shape: [1, 28, 28] }, ten), input: float(1, 28, 28), target: integer() },
  resNet20: { spec: resNet20({ shape: [3, 16, 16] }, ten), input: float(3, 16, 16), target: integer() },
  inception: { spec: inception({ shape: [3, 32, 32] }, ten), input: float(3, 32, 32), target: integer() },
  autoencoder: {
    spec: autoencoder({ shape: [1, 28, 28] }),
    input: float(1, 28, 28),
    target: float(1, 28, 28),
    loss: 'meanSquaredError',
  },
  charLstm: { spec: charLstm({ shape: [4] }, ten, { vocabulary }), input: integer(4), target: integer(4) },
  transformer: { spec: transformer(text, ten, { vocabulary }), input: integer(12), target: integer(12) },
  textCnn: { spec: textCnn(text, ten, { vocabulary }), input: integer(12), target: integer() },
};

describe('a plan never loses a value', () => {
  it.each(Object.entries(templates))('template %s', (_, task) => {
    expect(faultsOf(phasesFor(task).slice(0, 1), { flatBelow: 0 })).toEqual([]);
  });

  it.each(['mlp', 'leNet'])('template %s, flat parameters, an emulated GPU', (name) => {
    expect(faultsOf(phasesFor(templates[name]!), {}, software)).toEqual([]);
  });

  it.each(layerCases)('$type: $name', (layer) => {
    const lowered = lowerCase(layer, true, 2);
    addGradients(
      lowered,
      lowered.graph.inputs.filter(({ dtype }) => isFloat(dtype)),
    );
    runPasses(lowered.graph);
    expect(simulatePlan(lowered.graph, { target }).faults).toEqual([]);
  });

  it.each(golden.supervised)('$name', (sample) => {
    expect(faultsOf([supervisedPhase(sample)], { flatBelow: 1e9 })).toEqual([]);
  });

  it('programs of two phases, gradients of gradients', () => {
    expect(faultsOf(players.map(adversary))).toEqual([]);
    expect(faultsOf([critic])).toEqual([]);
  });

  it.each(optimizers.map(({ type }) => type))('optimizer %s, with clipping and an average', (type) => {
    for (const by of ['norm', 'value'] as const) {
      const settings = { optimizer: { type }, clip: { by, limit: 1 }, average: { decay: 0.9 } };
      for (const flatBelow of [0, 1e9])
        expect(faultsOf(phasesFor({ ...templates.mlp!, settings }), { flatBelow })).toEqual([]);
    }
  });

  it('a step in float16, whose tensors may all stay as they were', () => {
    const half = { ...target, features: { f16: true, subgroups: false } };
    for (const sample of golden.supervised.slice(0, 3))
      expect(faultsOf([supervisedPhase(sample, { precision: 'float16' })], { flatBelow: 0 }, half)).toEqual([]);
  });
});

interface LossCase {
  readonly type: string;
  readonly options: OptionArguments;
  readonly shape: readonly number[];
  readonly target: { readonly shape: readonly number[]; readonly integral: boolean } | null;
}

const { cases } = JSON.parse(readFileSync(new URL('../../golden/training/losses.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly LossCase[];
};

describe('a plan never loses a value of a loss', () => {
  it.each(cases)('$type $options $shape', ({ type, options, shape, target: wanted }) => {
    const emit = new Emit(new Graph(type));
    const prediction = emit.input('prediction', 'float32', shape);
    const weights = emit.input('weights', 'float32', [shape[0]!]);
    const given = wanted ? emit.input('target', wanted.integral ? 'int64' : 'float32', wanted.shape) : prediction;
    const loss = reduceLoss(emit, lossOf(type).perExample({ emit, prediction, target: given, options }), weights);
    const [gradient] = differentiate(emit, [{ value: loss }], [prediction]);
    emit.output(loss);
    emit.output(gradient!);
    runPasses(emit.graph);
    expect(simulatePlan(emit.graph, { target }).faults).toEqual([]);
  });
});
