import { describe, expect, it } from 'vitest';
import { describeModel, type KnownLayers } from '../../../engine/layers/describeModel.js';
import { traceModel } from '../../../engine/layers/lowerModel.js';
import { readModelSpec } from '../../../engine/layers/modelSpec.js';

const spec = readModelSpec({
  version: 1,
  name: 'small',
  inputs: [{ id: 'image', shape: [1, 28, 28] }],
  layers: [
    { id: 'conv', type: 'Conv2d', options: { filters: 8, padding: 'same', activation: 'relu' } },
    { id: 'norm', type: 'BatchNorm', frozen: true },
    { id: 'pool', type: 'MaxPool2d' },
    { id: 'flat', type: 'Flatten' },
    { id: 'head', type: 'Dense', options: { units: 10 } },
  ],
  outputs: ['head'],
});

describe('describeModel', () => {
  const { layers, total, diagnostics } = describeModel(spec);
  const layer = (id: string) => layers.find((described) => described.id === id)!;

  it('gives the output shape of each layer for one example', () => {
    expect(diagnostics).toEqual([]);
    expect(layers.map(({ id, outputShape }) => [id, outputShape])).toEqual([
      ['conv', [8, 28, 28]],
      ['norm', [8, 28, 28]],
      ['pool', [8, 14, 14]],
      ['flat', [1568]],
      ['head', [10]],
    ]);
  });

  it('counts trainable numbers and those of frozen layers and running statistics apart', () => {
    expect([layer('conv').trainable, layer('norm').trainable, layer('norm').fixed]).toEqual([80, 0, 32]);
    expect([total.trainable, total.fixed]).toEqual([80 + 15690, 32]);
  });

  it('counts a multiply-add as two operations', () => {
    expect(layer('head').flops).toBeGreaterThanOrEqual(2 * 1568 * 10);
    expect(layer('head').flops).toBeLessThanOrEqual(2 * 1568 * 10 + 20);
    const products = 2 * 9 * 8 * 28 * 28;
    expect(layer('conv').flops).toBeGreaterThanOrEqual(products);
    expect(layer('conv').flops).toBeLessThanOrEqual(products + 2 * 8 * 28 * 28);
  });

  it('counts the bytes of activations', () => {
    expect(layer('conv').activationBytes).toBe(2 * 4 * 8 * 28 * 28);
    expect(layer('pool').activationBytes).toBe(4 * 8 * 14 * 14);
  });

  it('describes what it can where some layers have faults', () => {
    const broken = readModelSpec({
      version: 1,
      name: 'broken',
      inputs: [{ id: 'x', shape: [4] }],
      layers: [
        { id: 'a', type: 'Dense', options: { units: 3 } },
        { id: 'b', type: 'Conv2d', options: { filters: 3 } },
        { id: 'c', type: 'Relu' },
      ],
      outputs: ['c'],
    });
    const described = describeModel(broken);
    expect(described.layers.map(({ id }) => id)).toEqual(['a']);
    expect(described.diagnostics.map(({ place }) => place.node)).toEqual(['b']);
  });

  it('describes two hundred layers', () => {
    const deep = (count: number) =>
      readModelSpec({
        version: 1,
        name: 'deep',
        inputs: [{ id: 'x', shape: [16] }],
        layers: Array.from({ length: count }, (_, index) => ({
          id: `d${index}`,
          type: 'Dense',
          options: { units: 16 },
        })),
        outputs: [`d${count - 1}`],
      });
    expect(describeModel(deep(200)).total.trainable).toBe(200 * 272);
  });
});

describe('describeModel with what is known of layers', () => {
  const branch = (units: number) =>
    readModelSpec({
      version: 1,
      name: 'shared',
      inputs: [{ id: 'x', shape: [6] }],
      layers: [
        { id: 'a', type: 'Dense', options: { units: 6 } },
        { id: 'b', type: 'Dense', options: { units }, shareWith: 'a' },
        { id: 'c', type: 'Lstm', inputs: [], options: { units: 3 } },
      ],
      outputs: ['b'],
    });

  it('says the same as without', () => {
    const known: KnownLayers = new Map();
    describeModel(branch(6), {}, known);
    expect(describeModel(branch(7), {}, known)).toEqual(describeModel(branch(7)));
    expect(describeModel(spec, {}, known)).toEqual(describeModel(spec));
  });

  it('finds the faults that lowering the whole model finds', () => {
    const { diagnostics } = describeModel(branch(7));
    expect(diagnostics.map(({ code }) => code)).toEqual(['layer.arity', 'layer.share']);
    expect(diagnostics).toEqual(traceModel(branch(7), { batch: 1, training: false }).diagnostics);
  });

  it('counts shared tensors once', () => {
    const { layers, total } = describeModel(branch(6));
    expect(layers.map(({ trainable }) => trainable)).toEqual([42, 0]);
    expect(total.trainable).toBe(42);
  });

  it('gives every output of a layer', () => {
    const { layers } = describeModel(
      readModelSpec({
        version: 1,
        name: 'r',
        inputs: [{ id: 'x', shape: [5, 4] }],
        layers: [{ id: 'lstm', type: 'Lstm', options: { units: 3, returnSequences: true } }],
        outputs: ['lstm', 'lstm:state'],
      }),
    );
    expect(layers[0]!.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['output', [5, 3]],
      ['state', [3]],
      ['cell', [3]],
    ]);
  });
});
