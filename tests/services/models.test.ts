import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ServiceConnection } from '../../contract/channel/connectServices.js';
import type { ToClient, ToServer } from '../../contract/channel/messages.js';
import { pairPorts } from '../../contract/channel/pairPorts.js';
import { ServiceHub } from '../../contract/channel/serveServices.js';
import { modelsService } from '../../contract/services/models.js';
import { Graph } from '../../engine/ir/graph.js';
import { tensorOf } from '../../engine/ir/tensor.js';
import { encodeModel } from '../../engine/onnx/encode.js';
import { Emit } from '../../engine/ops/emit.js';
import { viewModel } from '../../engine/training/viewModel.js';
import { startDataWork } from '../../main/services/datasets/startDataWork.js';
import { makeModelsService } from '../../main/services/workbench/models.js';
import type { WorkbenchPorts } from '../../main/services/workbench/ports.js';
import { openWorkspace } from '../../main/store/workspace.js';

const folder = mkdtempSync(join(tmpdir(), 'descent-models-'));
const workspace = openWorkspace(join(folder, 'ws'), { create: true });
afterAll(() => {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const hub = new ServiceHub(() => undefined);
const ports = {
  workspace,
  dataWork: startDataWork({ workspace: workspace.path }).client,
  hub,
  launch: () => {
    throw new Error('no worker is started here');
  },
} as unknown as WorkbenchPorts;
hub.add(modelsService, makeModelsService(ports));
const pair = pairPorts<ToServer, ToClient>();
hub.connect(pair.other);
const models = new ServiceConnection(pair.one).client(modelsService);

const spec = {
  version: 1,
  name: 'small',
  inputs: [{ id: 'x', shape: [4] }],
  layers: [{ id: 'head', type: 'Dense', options: { units: 3 } }],
  outputs: ['head'],
};

describe('models', () => {
  it('are kept with their layout, listed with their costs, and told about', async () => {
    const told: string[] = [];
    models.on('changed', ({ ids }) => told.push(...ids));
    const saved = await models.save({ name: 'one', spec, layout: { direction: 'right' } });
    expect(saved).toMatchObject({ name: 'one', layers: 1, parameters: 15, faults: 0 });
    const stored = await models.get({ id: saved.id });
    expect(stored.layout).toEqual({ direction: 'right' });
    expect(stored.spec).toMatchObject({ name: 'one', outputs: ['head'] });
    await models.save({ id: saved.id, name: 'two', spec });
    expect((await models.get({ id: saved.id })).layout).toEqual({ direction: 'right' });
    expect((await models.list({})).map(({ name, created }) => [name, created])).toEqual([['two', saved.created]]);
    expect(told).toEqual([saved.id, saved.id]);
  });

  it('with faults are kept, without a sound form they are not', async () => {
    const faulty = { ...spec, layers: [{ id: 'head', type: 'Conv2d', options: { filters: 3 } }] };
    expect(await models.save({ name: 'faulty', spec: faulty })).toMatchObject({ faults: 1 });
    await expect(models.save({ name: 'formless', spec: { ...spec, layers: [] } })).rejects.toMatchObject({
      code: 'spec.invalid',
    });
  });

  it('are removed and come back, renamed in name and specification', async () => {
    const { id } = await models.save({ name: 'three', spec });
    await models.remove({ id });
    await expect(models.get({ id })).rejects.toMatchObject({ code: 'model.notFound' });
    expect((await models.list({})).some((model) => model.id === id)).toBe(false);
    await models.restore({ id });
    expect((await models.rename({ id, name: 'drei' })).name).toBe('drei');
    expect((await models.get({ id })).spec).toMatchObject({ name: 'drei' });
  });

  it('removed long ago are gone for good', () => {
    workspace.models.put({ id: 'old', name: 'old', created: '2020-01-01T00:00:00.000Z', spec });
    workspace.models.hide('old', '2020-01-02T00:00:00.000Z');
    makeModelsService(ports);
    expect(() => workspace.models.restore('old')).toThrow(/there is none/);
  });

  it('for an example: what it asks for, and its own model', async () => {
    const demands = await models.interfaceOf({ data: 'digits' });
    expect(demands).toMatchObject({ outputWidth: 10, target: 'class' });
    expect(demands.inputs[0]!.shape).toEqual([1, 20, 20]);
    const { spec: own } = await models.defaultFor({ data: 'digits' });
    expect(own).toMatchObject({ version: 1 });
    await expect(models.interfaceOf({ data: 'nothing-like-that' })).rejects.toThrow();
  });

  it('that are no file are said to be missing', async () => {
    await expect(models.openOnnx({ path: join(folder, 'none.onnx') })).rejects.toMatchObject({ code: 'file.notFound' });
  });
});

describe('the view of an ONNX file', () => {
  const graph = new Graph('net');
  const emit = new Emit(graph);
  const x = emit.input('x', 'float32', ['batch', 4]);
  const weight = emit.constant(tensorOf('float32', [4, 3], new Array<number>(12).fill(0.5)), 'w');
  const product = emit.node('MatMul', [x, weight], {}, 'layer/MatMul');
  const stopped = emit.node('Sign', [product], {}, 'layer/Sign');
  emit.output(emit.node('Softmax', [stopped], { axis: -1 }, 'out'));
  const bytes = encodeModel(graph);
  const view = viewModel({ file: 'net.onnx', bytes });

  it('has nodes with types, attributes and weights, and connections by number', () => {
    expect(view.nodes.map(({ name, type }) => [name, type])).toEqual([
      ['layer/MatMul', 'MatMul'],
      ['layer/Sign', 'Sign'],
      ['out', 'Softmax'],
    ]);
    expect(view.nodes[2]!.attributes).toEqual({ axis: '-1' });
    expect([...view.edges.from]).toEqual([-1, 0, 1, 2]);
    expect([...view.edges.to]).toEqual([0, 1, 2, -1]);
    expect(view.values[view.nodes[0]!.outputs[0]!]).toMatchObject({ dtype: 'float32', shape: ['batch', '3'] });
    expect(view.parameters).toBe(12);
  });

  it('says where gradients end and why a weight is not trained', () => {
    expect(view.nodes.map(({ obstacle }) => obstacle !== '')).toEqual([false, true, false]);
    expect(view.weights).toHaveLength(1);
    expect(view.weights[0]).toMatchObject({ name: 'w', shape: [4, 3], trainable: false });
    expect(view.weights[0]!.reason).toContain('Sign');
    expect(view.trainable).toBe(0);
  });
});
