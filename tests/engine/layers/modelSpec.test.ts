import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { allLayers, layerTypes } from '../../../engine/layers/index.js';
import { lowerModel, traceModel, validateModel, DeclaringHost } from '../../../engine/layers/lowerModel.js';
import { migrateSpec } from '../../../engine/layers/migrateSpec.js';
import { readModelSpec } from '../../../engine/layers/modelSpec.js';
import { Graph } from '../../../engine/ir/graph.js';

const input = { id: 'x', shape: [4] };
const dense = { id: 'a', type: 'Dense', options: { units: 3 } };
const model = (layers: unknown[], outputs: string[] = ['a'], inputs: unknown[] = [input]): unknown => ({
  version: 1,
  name: 'test',
  inputs,
  layers,
  outputs,
});
const faults = (json: unknown): string[] => validateModel(json).diagnostics.map(({ message }) => message);

describe('a model spec', () => {
  it('is accepted whole, with defaults filled in', () => {
    const { spec, diagnostics } = validateModel(model([dense]));
    expect(diagnostics).toEqual([]);
    expect(spec?.layers[0]).toEqual({ ...dense, frozen: false });
    expect(spec?.inputs[0]?.dtype).toBe('float32');
  });

  it('reports every fault at once, each at its layer and path', () => {
    const { diagnostics } = validateModel(
      model(
        [
          { id: 'a', type: 'Dense', options: { unit: 3 } },
          { id: 'b', type: 'Dence', inputs: ['x'] },
          { id: 'c', type: 'Dense', inputs: ['nowhere'], options: { units: 0 } },
          { id: 'a', type: 'Relu', inputs: ['x'] },
          { id: 'd', type: 'Add', inputs: ['x'] },
        ],
        ['e'],
      ),
    );
    expect(diagnostics.map(({ code, place }) => [code, place.node, place.path])).toEqual([
      ['spec.duplicate', 'a', 'layers[3]'],
      ['option.unknown', 'a', 'layers[0].options.unit'],
      ['option.invalid', 'a', 'layers[0].options.units'],
      ['layer.unknown', 'b', 'layers[1].type'],
      ['option.invalid', 'c', 'layers[2].options.units'],
      ['spec.dangling', 'c', 'layers[2].inputs[0]'],
      ['layer.arity', 'd', 'layers[4].inputs'],
      ['spec.dangling', undefined, 'outputs[0]'],
    ]);
    expect(diagnostics[1]!.message).toBe("Dense 'a': no option is named 'unit'; did you mean units?");
  });

  it('reports a cycle and a layer that takes its own output', () => {
    const layers = [
      { id: 'a', type: 'Relu', inputs: ['b'] },
      { id: 'b', type: 'Relu', inputs: ['a'] },
      { id: 'c', type: 'Relu', inputs: ['c'] },
    ];
    expect(validateModel(model(layers)).diagnostics.map(({ code, place }) => [code, place.node])).toEqual([
      ['spec.cycle', 'b'],
      ['spec.cycle', 'c'],
    ]);
  });

  it('reports faults of shapes in the house form and goes on with what does not depend on them', () => {
    const layers = [
      { id: 'conv', type: 'Conv2d', options: { filters: 6, groups: 4 }, inputs: ['image'] },
      { id: 'behind', type: 'Relu', inputs: ['conv'] },
      { id: 'a', type: 'MaxPool2d', options: { kernel: 9 }, inputs: ['image'] },
    ];
    expect(faults(model(layers, ['a'], [{ id: 'image', shape: [3, 8, 8] }]))).toEqual([
      "Conv2d 'conv': groups must divide the 3 input channels, got 4",
      "Conv2d 'conv': groups must divide the 6 filters, got 4",
      "MaxPool2d 'a': the window reaches over 9 elements and must fit into the 8 of axis 2 (padding included); make the kernel or the dilation smaller or pad",
      "MaxPool2d 'a': the window reaches over 9 elements and must fit into the 8 of axis 3 (padding included); make the kernel or the dilation smaller or pad",
    ]);
  });

  it('refuses a model too large to hold before anything is allocated', () => {
    const layers = [
      { id: 'a', type: 'Dense', options: { units: 65536 } },
      { id: 'b', type: 'Dense', options: { units: 65536 } },
    ];
    expect(faults(model(layers, ['b']))[0]).toMatch(/^Dense 'b': .*must have at most 2147483648 numbers in all/);
    const table = [{ id: 'a', type: 'SinusoidalPositions', options: { longest: 1048576 } }];
    expect(faults(model(table, ['a'], [{ id: 'x', shape: ['length', 512] }]))[0]).toMatch(
      /table of positions must have/,
    );
  });

  it('refuses a newer version and an unreadable one', () => {
    expect(faults({ version: 2 })).toEqual(['Model: version 2 is newer than 1, the newest known here; update Descent']);
    expect(faults([])[0]).toMatch(/must be a JSON object/);
    expect(faults({})[0]).toMatch(/version must be a whole number/);
  });

  it('migrates an older version step by step', () => {
    const steps = {
      1: (spec: Readonly<Record<string, unknown>>) => ({ ...spec, name: 'from 1' }),
      2: (spec: Readonly<Record<string, unknown>>) => ({ ...spec, name: `${String(spec.name)}, from 2` }),
    };
    expect(migrateSpec({ version: 1 }, 3, steps)).toEqual({ json: { version: 3, name: 'from 1, from 2' } });
    expect(migrateSpec({ version: 1 }, 3, {})).toHaveProperty('fault.code', 'spec.version');
  });

  it('sorts layers written in any order', () => {
    const layers = [
      { id: 'a', type: 'Relu', inputs: ['b'] },
      { id: 'b', type: 'Tanh', inputs: ['x'] },
    ];
    const { graph } = traceModel(readModelSpec(model(layers)), { batch: 'batch', training: false });
    expect(graph.nodes.map(({ name }) => name)).toEqual(['b/Tanh', 'a/Relu']);
  });
});

describe('sharing and freezing', () => {
  const shared = readModelSpec(
    model(
      [
        { id: 'left', type: 'Dense', options: { units: 4 }, frozen: true },
        { id: 'right', type: 'Dense', options: { units: 4 }, shareWith: 'left' },
      ],
      ['right'],
    ),
  );

  it('two layers that share have one set of tensors; a frozen one is not trainable', () => {
    const { host } = traceModel(shared, { batch: 2, training: true });
    expect(host.parameters.map(({ name, declaration }) => [name, declaration.trainable])).toEqual([
      ['left.weight', false],
      ['left.bias', false],
    ]);
  });

  it('refuses to share between shapes, types, and in a circle', () => {
    const layers = [
      { id: 'left', type: 'Dense', options: { units: 3 } },
      { id: 'right', type: 'Dense', options: { units: 3 }, shareWith: 'left' },
      { id: 'other', type: 'Relu', shareWith: 'left' },
      { id: 'self', type: 'Relu', shareWith: 'self' },
    ];
    const { diagnostics } = validateModel(model(layers, ['right']));
    expect(diagnostics.map(({ code, place }) => [code, place.node, place.path])).toEqual([
      ['spec.share', 'other', 'layers[2].shareWith'],
      ['spec.share', 'self', 'layers[3].shareWith'],
      ['layer.share', 'right', 'layers[1].shareWith'],
    ]);
  });

  it('a shared batch norm updates its statistics one after the other', () => {
    const spec = readModelSpec(
      model(
        [
          { id: 'one', type: 'BatchNorm' },
          { id: 'two', type: 'BatchNorm', shareWith: 'one' },
        ],
        ['two'],
      ),
    );
    const { host, graph } = traceModel(spec, { batch: 2, training: true });
    const last = host.updates.get('one.running_mean');
    const buffer = host.buffers.find(({ name }) => name === 'one.running_mean')!.value;
    const readers = graph.nodes.filter((node) => node.inputs.includes(buffer));
    expect(readers.every(({ name }) => name.startsWith('one/'))).toBe(true);
    expect(last?.producer?.name).toMatch(/^two\//);
  });
});

describe('lowerModel', () => {
  it('throws every diagnostic where the spec has faults', () => {
    const spec = readModelSpec(model([{ id: 'a', type: 'Dense', options: {} }]));
    const host = new DeclaringHost(new Graph(), false);
    const inputs = new Map([['x', host.emit.input('x', 'float32', ['batch', 4])]]);
    expect(() => lowerModel(spec, host, inputs)).toThrow("Dense 'a': option units must be a whole number");
  });
});

const word = fc.constantFrom('x', 'y', 'a', 'b', 'c', 'a:output', 'b:state', '', '__proto__', 'constructor', '1');
const optionNames = [...new Set(allLayers().flatMap(({ options }) => Object.keys(options)))];
const optionValue = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.constantFrom(
    'same',
    'valid',
    'max',
    'relu',
    'none',
    'bij,bjk->bik',
    2 ** 24,
    65536,
    1e308,
    -1e308,
    0.5,
    true,
    null,
  ),
  fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 7 }),
);
const anyLayer = fc.record(
  {
    id: word,
    type: fc.oneof(fc.constantFrom(...layerTypes()), fc.string({ maxLength: 5 })),
    inputs: fc.array(word, { maxLength: 4 }),
    options: fc.dictionary(fc.constantFrom(...optionNames), optionValue, { maxKeys: 6 }),
    shareWith: word,
    frozen: fc.boolean(),
  },
  { requiredKeys: ['id', 'type'] },
);
const anySpec = fc.record({
  version: fc.constant(1),
  name: fc.constant('fuzz'),
  inputs: fc.array(
    fc.record({
      id: fc.constantFrom('x', 'y'),
      shape: fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom('length', 2 ** 24)), { maxLength: 4 }),
      dtype: fc.constantFrom('float32', 'int64', 'bool'),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  layers: fc.array(anyLayer, { minLength: 1, maxLength: 5 }),
  outputs: fc.array(word, { minLength: 1, maxLength: 2 }),
});

/** One layer with all its required options present, so that the lowering itself is reached. */
const nearlyValid = fc.constantFrom(...allLayers()).chain((layer) =>
  fc.record({
    version: fc.constant(1),
    name: fc.constant('fuzz'),
    inputs: fc
      .array(
        fc.record({
          shape: fc.array(fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constant('length')), {
            minLength: 1,
            maxLength: 4,
          }),
          dtype: fc.constantFrom('float32', 'float32', 'int64'),
        }),
        { minLength: 1, maxLength: 3 },
      )
      .map((inputs) => inputs.map((one, index) => ({ ...one, id: `x${index}` }))),
    layers: fc
      .record(Object.fromEntries(Object.keys(layer.options).map((name) => [name, optionValue])), {
        requiredKeys: Object.entries(layer.options)
          .filter(([, option]) => option.required)
          .map(([name]) => name),
      })
      .map((options) => [{ id: 'layer', type: layer.type, options }]),
    outputs: fc.constant(['layer']),
  }),
);

describe('any JSON', () => {
  const check = (json: unknown): void => {
    const { spec, diagnostics } = validateModel(json);
    for (const { message, place } of diagnostics) {
      expect(message.length).toBeGreaterThan(0);
      expect(place.path ?? place.node).toBeDefined();
    }
    if (!spec) expect(diagnostics.length).toBeGreaterThan(0);
  };

  it('gives located diagnostics and never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), check), { numRuns: 300 });
  });

  it('of the form of a spec gives located diagnostics and never throws', () => {
    fc.assert(fc.property(anySpec, check), { numRuns: 1500 });
  });

  it('with one layer lowers or gives located diagnostics', () => {
    fc.assert(
      fc.property(nearlyValid, (json) => {
        const inputs = json.inputs.map(({ id }) => id);
        check({ ...json, layers: json.layers.map((layer) => ({ ...layer, inputs })) });
      }),
      { numRuns: 3000 },
    );
  });
});
