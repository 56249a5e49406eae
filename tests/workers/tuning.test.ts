import { mkdtempSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Tensor } from '../../engine/ir/tensor.js';
import { readModelSpec } from '../../engine/layers/modelSpec.js';
import type { LoweringChoices } from '../../engine/ops/emit.js';
import { integers, normals } from '../../engine/random/fields.js';
import { specModel } from '../../engine/training/forwardModel.js';
import type { PhaseDeclaration } from '../../engine/training/phase.js';
import { compileProgram, type Program } from '../../engine/training/program.js';
import { trainSettingsSchema } from '../../engine/training/settings.js';
import { supervisedPhases, trainPhase } from '../../engine/training/supervised.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { loadChoices, saveChoices } from '../../workers/choiceCache.node.js';
import { PhaseRunner } from '../../workers/phaseRunner.js';
import { encodeStep, loadProgram } from '../../workers/programSessions.js';
import { favourite, type ChoiceTable } from '../../workers/tuning.js';

const batch = 8;
const threads = 2;

/** Every kind of node that has more than one lowering: convolutions, pools, norms, dense layers, activations. */
const phases: PhaseDeclaration[] = supervisedPhases({
  model: specModel(
    readModelSpec({
      version: 1,
      name: 'tuned',
      inputs: [{ id: 'x', shape: [3, 8, 8] }],
      layers: [
        { id: 'conv', type: 'Conv2d', options: { filters: 4, kernel: 3, padding: 'same' } },
        { id: 'norm', type: 'BatchNorm' },
        { id: 'relu', type: 'Relu' },
        { id: 'pool', type: 'MaxPool2d', options: { kernel: 2 } },
        { id: 'block', type: 'ResidualBlock', options: { filters: 8, stride: 2 } },
        { id: 'flat', type: 'Flatten' },
        { id: 'dense', type: 'Dense', options: { units: 4 } },
      ],
      outputs: ['dense'],
    }),
  ),
  settings: trainSettingsSchema.parse({
    epochs: 1,
    batch,
    optimizer: { type: 'sgd' },
    learningRate: 0.1,
    loss: { type: 'crossEntropy' },
  }),
  inputs: { x: { dtype: 'float32', shape: [3, 8, 8] } },
  target: { dtype: 'int32', shape: [] },
  evaluationBatch: batch,
}).filter(({ name }) => name === trainPhase);

const examples: Record<string, Tensor> = {
  x: { dtype: 'float32', shape: [batch, 3, 8, 8], data: normals({ seed: 1, purpose: 'x' }, batch * 192) },
  target: { dtype: 'int32', shape: [batch], data: integers({ seed: 1, purpose: 'target' }, batch, 0, 4) },
  weights: { dtype: 'float32', shape: [batch], data: new Float32Array(batch).fill(1) },
};

/** Three steps; the losses and the whole state after them. */
async function train(program: Program): Promise<number[]> {
  const step = program.steps[0]!;
  const state = program.initialState(3);
  const runner = new PhaseRunner(step, await ortNative.open(encodeStep(step), { threads }), state);
  const found: number[] = [];
  for (let at = 1; at <= 3; at++) {
    const { loss } = await runner.run(examples, { step: at, learningRate: 0.1, seed: 0 });
    found.push(Number(loss!.data[0]));
    runner.commit();
  }
  await runner.dispose();
  for (const [, tensor] of [...state.named()].sort(([a], [b]) => (a < b ? -1 : 1)))
    found.push(...(tensor.data as Float32Array));
  return found;
}

describe('measured lowerings', () => {
  it('measures each choice once: a second lowering uses what is cached, and is the same graph', async () => {
    const table: ChoiceTable = {};
    const options = { threads, choices: table };
    let measured = 0;
    const first = await loadProgram(phases, ortNative, { ...options, onMeasure: () => measured++ });
    const cached = { ...table };
    expect(measured).toBe(Object.keys(table).length);
    expect(measured).toBeGreaterThan(5);
    const second = await loadProgram(phases, ortNative, {
      ...options,
      onMeasure: () => expect.unreachable('measured again'),
    });
    expect(table).toEqual(cached);
    expect(second.models.get(trainPhase)).toEqual(first.models.get(trainPhase));
    for (const { sessions } of [first, second]) for (const session of sessions.values()) await session.dispose();
  });

  it('train alike, whichever is chosen', async () => {
    const expected = await train(compileProgram(phases));
    const graphs = new Set<string>();
    for (const at of [0, 1, 2, 3]) {
      const choices: LoweringChoices = { pick: (_kind, _key, names) => names[at % names.length] };
      const program = compileProgram(phases, { choices });
      graphs.add(program.steps[0]!.graph.nodes.map(({ type }) => type).join());
      const found = await train(program);
      const error = Math.max(...found.map((value, index) => Math.abs(value - expected[index]!)));
      expect(error).toBeLessThan(2e-5);
    }
    expect(graphs.size).toBeGreaterThan(2);
  });

  it('are the first unless another is clearly faster', () => {
    const first = { name: 'first', best: 1 };
    expect(favourite([first, { name: 'other', best: 0.96 }])).toBe('first');
    expect(favourite([first, { name: 'other', best: 0.9 }, { name: 'third', best: 0.8 }])).toBe('third');
    expect(favourite([first])).toBe('first');
  });
});

describe('the cache of choices', () => {
  const before = process.env.DESCENT_CACHE;
  const folder = mkdtempSync(join(tmpdir(), 'choices-'));
  afterEach(() => {
    if (before === undefined) delete process.env.DESCENT_CACHE;
    else process.env.DESCENT_CACHE = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it('joins what several processes measured, and counts as empty when it is damaged', () => {
    process.env.DESCENT_CACHE = folder;
    expect(loadChoices('native', threads)).toEqual({});
    expect(saveChoices('native', threads, { a: 'one' })).toBe(true);
    expect(saveChoices('native', threads, { b: 'two' })).toBe(true);
    expect(loadChoices('native', threads)).toEqual({ a: 'one', b: 'two' });
    expect(loadChoices('wasm', threads)).toEqual({});
    const [file] = readdirSync(join(folder, 'descent'));
    writeFileSync(join(folder, 'descent', file!), '{"a":');
    expect(loadChoices('native', threads)).toEqual({});
  });
});
