// The form of a training: changes against defaults, the request that follows, faults beside their fields, numbers as text.
import { describe, expect, it } from 'vitest';
import {
  draftOfRequest,
  draftSchema,
  effectiveSettings,
  emptyDraft,
  readSettings,
  requestOf,
  withChange,
  withDefaults,
  without,
  withOptimizer,
  type FormSettings,
} from '../../../renderer/features/training/form/trainingDraft.js';
import { choicesFor } from '../../../renderer/features/training/form/choices.js';
import { curvePath } from '../../../renderer/features/training/form/curvePath.js';
import { deviceChoices } from '../../../renderer/features/training/form/deviceChoices.js';
import {
  faultsAt,
  isAmongFurther,
  listedMessage,
  shortMessage,
} from '../../../renderer/features/training/form/faultPlaces.js';
import { memoryBar } from '../../../renderer/features/training/form/memoryBar.js';
import { numberText, parseNumber, parseNumbers, stepped } from '../../../renderer/features/training/form/numberText.js';
import { watchable } from '../../../renderer/features/training/form/watchable.js';
import { trainRequestSchema } from '../../../contract/training.js';
import { trainSettingsSchema } from '../../../engine/training/settings.js';

const defaults = readSettings(
  trainSettingsSchema.parse({
    epochs: 10,
    batch: 64,
    optimizer: { type: 'adamW', options: { weightDecay: 0.01 } },
    learningRate: 0.002,
    schedule: { type: 'cosine' },
    loss: { type: 'crossEntropy' },
    metrics: [{ type: 'accuracy' }],
    earlyStopping: { patience: 5 },
  }),
)!;
const rates = new Map([
  ['adamW', 0.001],
  ['sgd', 0.01],
]);
const model = { name: 'net' };
const more = { name: 'my run', augmentation: null };

describe('changes', () => {
  it('A setting that is as its default again is no change', () => {
    const changed = withChange({}, defaults, 'epochs', 20);
    expect(changed).toEqual({ epochs: 20 });
    expect(withChange(changed, defaults, 'epochs', 10)).toEqual({});
    expect(withChange({}, defaults, 'optimizer', { options: { weightDecay: 0.01 }, type: 'adamW' })).toEqual({});
  });

  it('What was set while the defaults were on their way is a change only where they say otherwise', () => {
    const early = withChange(withChange({}, undefined, 'epochs', 10), undefined, 'batch', 8);
    expect(early).toEqual({ epochs: 10, batch: 8 });
    expect(withDefaults(early, defaults)).toEqual({ batch: 8 });
  });

  it('Switching a default off is a change that the request carries', () => {
    const changes = withChange({}, defaults, 'earlyStopping', null);
    const settings = effectiveSettings(defaults, changes);
    const request = requestOf({ ...emptyDraft(), data: 'digits' }, settings, model, more);
    expect(request?.settings).toMatchObject({ earlyStopping: null });
  });

  it('Resetting takes some changes back and leaves the others', () => {
    expect(without({ epochs: 3, batch: 8 }, ['epochs'])).toEqual({ batch: 8 });
  });

  it('Another optimizer brings its usual rate, but not over one that was chosen by hand', () => {
    expect(withOptimizer({}, defaults, 'sgd', rates)).toEqual({
      optimizer: { type: 'sgd', options: {} },
      learningRate: 0.01,
    });
    expect(withOptimizer({ learningRate: 0.5 }, defaults, 'sgd', rates).learningRate).toBe(0.5);
    expect(withOptimizer(withOptimizer({}, defaults, 'sgd', rates), defaults, 'adamW', rates)).toEqual({});
  });
});

describe('requests', () => {
  it('Without data there is none', () => {
    expect(requestOf(emptyDraft(), defaults, model, more)).toBeUndefined();
  });

  it('A request holds all settings in force and passes the contract', () => {
    const draft = { ...emptyDraft(), data: 'digits', seed: 7, keepCheckpoints: 2 };
    const request = requestOf(draft, effectiveSettings(defaults, { epochs: 3 }), model, more);
    expect(trainRequestSchema.parse(request)).toMatchObject({
      data: 'digits',
      name: 'my run',
      seed: 7,
      keepCheckpoints: 2,
      augmentation: null,
      settings: { epochs: 3, batch: 64 },
    });
  });

  it('Augmentation is that of the data, or none where it was switched off', () => {
    const pipeline = { version: 1, transforms: [] };
    const draft = { ...emptyDraft(), data: 'digits' };
    const given = { name: '', augmentation: pipeline };
    expect(requestOf(draft, defaults, model, given)?.augmentation).toEqual(pipeline);
    expect(requestOf({ ...draft, augments: false }, defaults, model, given)?.augmentation).toBeNull();
  });

  it('What is learned is in the request, and comes back when a run is repeated', () => {
    const draft = { ...emptyDraft(), data: 'digits' };
    const request = requestOf(draft, defaults, model, { ...more, objective: 'reconstruct' })!;
    expect(trainRequestSchema.parse(request).objective).toBe('reconstruct');
    expect(draftOfRequest(request, defaults, 'again').objective).toBe('reconstruct');
    // Drafts of before know nothing of it: the model says.
    const { objective, ...old } = draft;
    expect(objective).toBeNull();
    expect(draftSchema.parse(old).objective).toBeNull();
  });

  it('The draft that repeats a run has what differs from the defaults as changes', () => {
    const run = {
      data: 'digits',
      seed: 3,
      backend: 'native' as const,
      settings: { ...defaults, epochs: 5 },
      learningRate: 0.1,
      model: { layers: [] },
      modelName: 'net',
    };
    const draft = draftOfRequest(run, defaults, 'again');
    expect(draft).toMatchObject({
      data: 'digits',
      seed: 3,
      backend: 'native',
      name: 'again',
      changes: { epochs: 5, learningRate: 0.1 },
      model: { kind: 'given', name: 'net' },
    });
    expect(Object.keys(draft.changes)).toHaveLength(2);
  });
});

describe('faults', () => {
  const at = (path: string) => ({
    code: 'option.range',
    message: `Optimizer adam: beta1 must be below 1`,
    place: { path },
  });
  const faults = [at('settings.optimizer.options.beta1'), at('settings.batch'), at('settings.clip.limit')];

  it('They stand beside the field of their path', () => {
    expect(faultsAt(faults, 'settings.batch')).toHaveLength(1);
    expect(faultsAt(faults, 'settings.optimizer')).toHaveLength(0);
    expect(faultsAt(faults, 'settings.optimizer', true)).toHaveLength(1);
  });

  it('Those of folded settings are told apart, and sentences lose their subject', () => {
    expect(faults.map(isAmongFurther)).toEqual([false, false, true]);
    expect(shortMessage(faults[0]!)).toBe('Must be below 1');
    expect(listedMessage(faults[0]!)).toBe('Beta1 must be below 1');
    const message = 'Settings: learningRate must be above 0';
    const rate = { code: 'option.range', message, place: { path: 'settings.learningRate' } };
    expect([shortMessage(rate), listedMessage(rate)]).toEqual(['Must be above 0', 'Learning rate must be above 0']);
    expect(shortMessage({ ...rate, message: 'Loss mae: classes have no distance' })).toBe('Classes have no distance');
  });
});

describe('numbers as text', () => {
  it('Small ones are written with an exponent and read again', () => {
    expect(numberText(1e-8)).toBe('1e-8');
    expect(parseNumber('1e-8')).toBe(1e-8);
    expect(parseNumber('0,5')).toBe(0.5);
    expect(parseNumber('abc')).toBeUndefined();
    expect(parseNumbers('1; 2.5 10')).toEqual([1, 2.5, 10]);
    expect(parseNumbers('1, x')).toBeUndefined();
  });

  it('Rates step by 1, 2, 5; counts by one; limits hold', () => {
    expect(stepped(0.002, 1, {})).toBe(0.005);
    expect(stepped(0.002, -1, {})).toBe(0.001);
    expect(stepped(0.001, -1, {})).toBe(0.0005);
    expect(stepped(10, 1, { integer: true })).toBe(11);
    expect(stepped(1, -1, { integer: true, minimum: 1 })).toBe(1);
    expect(stepped(0.5, 1, { below: 1 })).toBe(0.5);
  });
});

describe('what can be chosen', () => {
  const form = (type: string, tasks: string[], isNumber = true) => ({
    type,
    title: type,
    description: '',
    options: [],
    learningRate: null,
    tasks,
    isNumber,
    higherIsBetter: false,
  });

  it('What fits the task comes first, the rest in a group', () => {
    const listed = choicesFor(
      [form('mse', ['regression']), form('ce', ['classification'])],
      'classification',
      'Others',
    );
    expect(listed).toMatchObject([{ value: 'ce' }, { label: 'Others', children: [{ value: 'mse' }] }]);
  });

  it('Only metrics that are one number are watched', () => {
    const forms = [form('accuracy', []), form('confusionMatrix', [], false)];
    const chosen: FormSettings['metrics'] = [
      { type: 'accuracy', options: {} },
      { type: 'confusionMatrix', options: {} },
    ];
    expect(watchable(chosen, forms, true).map(({ value }) => value)).toEqual(['val_loss', 'val_accuracy']);
    expect(watchable(chosen, forms, false).map(({ label }) => label)).toEqual(['train_loss']);
  });

  it('A GPU that is not there cannot be chosen, and a real one goes before one of the processor', () => {
    const machine = { adapters: [], cpu: [], reason: 'no driver', cores: 2, memoryBytes: 1 };
    const gpuOf = (window: Parameters<typeof deviceChoices>[1]) =>
      deviceChoices(machine, window).find(({ value }) => value === 'webgpu')!;
    expect(gpuOf(null)).toMatchObject({ disabled: true, hint: 'no driver' });
    expect(gpuOf({ adapter: 'Fast GPU', software: false })).toMatchObject({ disabled: false, hint: 'Fast GPU' });
  });

  it('The memory bar warns of more than is free and of more than there is', () => {
    const memory = { parameters: 1, optimizer: 1, activations: 6, data: 1, runtime: 1, total: 10 };
    const toneOf = (totalBytes: number, freeBytes: number) => memoryBar(memory, { totalBytes, freeBytes }).tone;
    expect([toneOf(100, 50), toneOf(100, 5), toneOf(8, 5)]).toEqual(['plain', 'warning', 'error']);
    expect(memoryBar(memory, { totalBytes: 100, freeBytes: 50 }).parts.map(({ share }) => share)).toEqual([
      0.01, 0.01, 0.06, 0.01, 0.01,
    ]);
  });

  it('The curve of the learning rate is drawn from 0 to its peak', () => {
    const drawn = curvePath(
      { steps: Float64Array.of(0, 5, 10), rates: Float64Array.of(0, 2, 1) },
      { width: 100, height: 53 },
    )!;
    expect(drawn).toMatchObject({ start: 0, peak: 2, end: 1, line: 'M0.0 53.0L50.0 3.0L100.0 28.0' });
    const falling = { steps: Float64Array.of(0, 9), rates: Float64Array.of(1e-3, 7.2e-14) };
    expect(curvePath(falling, { width: 1, height: 1 })).toMatchObject({ start: 1e-3, end: 0 });
    expect(
      curvePath({ steps: Float64Array.of(0, 1), rates: Float64Array.of(0, 0) }, { width: 1, height: 1 }),
    ).toBeUndefined();
  });
});
