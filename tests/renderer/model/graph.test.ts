import { describe, expect, it } from 'vitest';
import { describeModel } from '../../../engine/layers/describeModel.js';
import { layerOf } from '../../../engine/layers/index.js';
import { readModelSpec } from '../../../engine/layers/modelSpec.js';
import type { ModelInterface } from '../../../contract/services/models.js';
import { adaptTo, misfitsOf } from '../../../renderer/features/model/describe/dataFit.js';
import { acceptsAt, fittingLayers, startingOptions, takes } from '../../../renderer/features/model/describe/fits.js';
import { optionSummary } from '../../../renderer/features/model/describe/words.js';
import { openDocument } from '../../../renderer/features/model/document/modelDocument.js';
import { flowEdges, flowNodes } from '../../../renderer/features/model/editor/flowElements.js';
import { fillPlaces, layOut } from '../../../renderer/features/model/graph/layoutGraph.js';
import { laneOf, pathAlong } from '../../../renderer/features/model/graph/routeEdge.js';
import { shownGraph } from '../../../renderer/features/model/graph/shownGraph.js';
import { align, distribute, nodeTowards } from '../../../renderer/features/model/graph/walk.js';
import { makeTemplate, refusalOf, templates } from '../../../renderer/features/model/templates/templates.js';

const branches = openDocument(
  readModelSpec({
    version: 1,
    name: 'm',
    inputs: [{ id: 'x', shape: [3, 16, 16] }],
    layers: [
      { id: 'block/a', type: 'Conv2d', options: { filters: 4, kernel: 3, padding: 'same' } },
      { id: 'block/b', type: 'Conv2d', inputs: ['x'], options: { filters: 4, kernel: 1 } },
      { id: 'sum', type: 'Add', inputs: ['block/a', 'block/b'] },
    ],
    outputs: ['sum'],
  }),
  null,
);

describe('the shown graph', () => {
  it('has nodes, connections to ports and a frame around a group', () => {
    const { nodes, edges, frames } = shownGraph(branches);
    expect(nodes.map(({ id }) => id)).toEqual(['x', 'block/a', 'block/b', 'sum', 'output:0']);
    expect(edges.map(({ id, from, to }) => [id, from, to])).toEqual([
      ['block/a#0', 'x', 'block/a'],
      ['block/b#0', 'x', 'block/b'],
      ['sum#0', 'block/a', 'sum'],
      ['sum#1', 'block/b', 'sum'],
      ['output:0', 'sum', 'output:0'],
    ]);
    expect(frames).toEqual([{ path: 'block', members: ['block/a', 'block/b'] }]);
  });

  it('goes into ports, as many connections as there are into one for any number of inputs', () => {
    const inputs = ['sum', 'sum', 'sum'];
    const gate = { id: 'attend', type: 'MultiHeadAttention', options: {}, frozen: false, inputs };
    const { spec, layout } = branches;
    const { edges } = shownGraph({ spec: { ...spec, layers: [...spec.layers, gate] }, layout });
    const portsOf = (id: string): string[] =>
      flowEdges(edges).flatMap(({ target, targetHandle }) => (target === id ? [targetHandle!] : []));
    expect(portsOf('sum')).toEqual(['in:0', 'in:0']);
    expect(portsOf('attend')).toEqual(['in:0', 'in:1', 'in:2']);
  });

  it('names its nodes for who cannot see them', () => {
    const shown = shownGraph(branches);
    const names = flowNodes(shown, layOut(shown, 'down')).map(({ ariaLabel }) => ariaLabel);
    expect(names).toEqual([
      'group:block',
      'x',
      'Convolution 2-d block/a',
      'Convolution 2-d block/b',
      'Add sum',
      'Output',
    ]);
  });

  it('draws a collapsed group as one node', () => {
    const { nodes, edges, frames } = shownGraph({ ...branches, layout: { ...branches.layout, collapsed: ['block'] } });
    expect(nodes.map(({ id }) => id)).toEqual(['x', 'sum', 'group:block', 'output:0']);
    expect(edges.map(({ from, to }) => [from, to])).toEqual([
      ['x', 'group:block'],
      ['group:block', 'sum'],
      ['group:block', 'sum'],
      ['sum', 'output:0'],
    ]);
    expect(frames).toEqual([]);
  });

  it('is laid out in ranks, inputs of a layer in their order', () => {
    const places = layOut(shownGraph(branches), 'down');
    const at = (id: string) => places.get(id)!;
    expect(at('x').y).toBeLessThan(at('block/a').y);
    expect(at('block/a').y).toBeLessThan(at('sum').y);
    expect(at('block/a').x).toBeLessThan(at('block/b').x);
    const across = layOut(shownGraph(branches), 'right');
    expect(across.get('x')!.x).toBeLessThan(across.get('sum')!.x);
  });

  it('puts new nodes behind what they read and covers nothing', () => {
    const graph = shownGraph(branches);
    const all = layOut(graph, 'down');
    const kept = Object.fromEntries([...all].filter(([id]) => id !== 'sum'));
    const places = fillPlaces(graph, kept, 'down');
    expect(places.get('block/a')).toEqual(all.get('block/a'));
    expect(places.get('sum')!.y).toBeGreaterThan(places.get('block/a')!.y);
  });

  it('is walked by arrow keys', () => {
    const { nodes } = shownGraph(branches);
    const places = layOut(shownGraph(branches), 'down');
    expect(nodeTowards('block/a', 'ArrowRight', nodes, places)).toBe('block/b');
    expect(nodeTowards('sum', 'ArrowDown', nodes, places)).toBe('output:0');
    expect(nodeTowards('x', 'ArrowUp', nodes, places)).toBeUndefined();
  });

  it('aligns and spreads nodes', () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({ id, kind: 'layer' as const, width: 10, height: 10 }));
    const places = new Map([
      ['a', { x: 0, y: 0 }],
      ['b', { x: 15, y: 7 }],
      ['c', { x: 100, y: 3 }],
    ]);
    expect([...align(nodes, places, 'top').values()].map(({ y }) => y)).toEqual([0, 0, 0]);
    expect([...align(nodes, places, 'right').values()].map(({ x }) => x)).toEqual([100, 100, 100]);
    expect(distribute(nodes, places, 'x').get('b')).toEqual({ x: 50, y: 7 });
  });
});

describe('what fits', () => {
  const image = { dtype: 'float32', shape: [3, 32, 32] } as const;
  const indices = { dtype: 'int32', shape: [64] } as const;

  it('offers layers by the shape that flows', () => {
    const types = (flow: typeof image | typeof indices) => fittingLayers(flow).map(({ type }) => type);
    expect(types(image)).toEqual(expect.arrayContaining(['Conv2d', 'MaxPool2d', 'Flatten', 'ResidualBlock', 'Add']));
    expect(types(image)).not.toEqual(expect.arrayContaining(['Embedding']));
    expect(types(image)).not.toContain('Lstm');
    expect(types(indices)).toContain('Embedding');
    expect(types(indices)).not.toContain('Dense');
  });

  it('gives options without a default a beginning that is valid', () => {
    for (const definition of fittingLayers(undefined)) {
      const options = startingOptions(definition);
      for (const [name, spec] of Object.entries(definition.options))
        if (spec.required) expect(spec.accepts(options[name]), `${definition.type}.${name}`).toBe(true);
    }
  });

  it('knows the ports of a layer', () => {
    const lstm = layerOf('Lstm')!;
    expect(acceptsAt(lstm, 0, { dtype: 'float32', shape: [5, 4] })).toBe(true);
    expect(acceptsAt(lstm, 1, { dtype: 'bool', shape: [5] })).toBe(true);
    expect(acceptsAt(lstm, 2, { dtype: 'float32', shape: [5] })).toBe(false);
    expect(takes(layerOf('Dense')!, indices)).toBe(false);
  });

  it('says the main options of a layer in a line', () => {
    const layer = branches.spec.layers[0]!;
    expect(optionSummary(layerOf('Conv2d')!, layer)).toBe('4 filters · 3×3 · same');
    const dense = { id: 'd', type: 'Dense', frozen: false, options: { units: 5, activation: 'relu', bias: false } };
    expect(optionSummary(layerOf('Dense')!, dense)).toBe('5 units · relu · no bias');
  });
});

describe('fitting the data', () => {
  const digits: ModelInterface = {
    inputs: [{ id: 'image', shape: [1, 8, 8], dtype: 'float32', limit: null }],
    outputWidth: 10,
    classes: [],
    target: 'class',
    reconstructionObstacle: null,
  };
  const texts: ModelInterface = {
    inputs: [{ id: 'text', shape: [20], dtype: 'int32', limit: 300 }],
    outputWidth: 4,
    classes: [],
    target: 'class',
    reconstructionObstacle: 'it needs numbers',
  };
  const faultsFor = (document: typeof branches, wanted: ModelInterface) =>
    misfitsOf(document, describeModel(document.spec), wanted);

  it('says what does not fit and repairs it', () => {
    const mlp = openDocument(makeTemplate(templates[0]!), null);
    expect(faultsFor(mlp, digits)).toHaveLength(3);
    const adapted = adaptTo(mlp, digits);
    expect(adapted.spec.inputs).toEqual([{ id: 'image', shape: [1, 8, 8], dtype: 'float32' }]);
    expect(adapted.spec.layers.at(-1)?.options.units).toBe(10);
    expect(adapted.spec.layers[0]?.inputs).toEqual(['image']);
  });

  it('widens an embedding to the indices of the data', () => {
    const cnn = openDocument(makeTemplate(templates.find(({ name }) => name === 'textCnn')!), null);
    expect(faultsFor(cnn, texts).map(({ node }) => node)).toContain('embed');
    expect(faultsFor(adaptTo(cnn, texts), texts)).toEqual([]);
  });

  it.each(templates.map((template) => [template.name, template] as const))(
    'makes %s for data that it fits, without faults',
    (_, template) => {
      const data = template.takes === 'indices' ? texts : digits;
      expect(refusalOf(template, data)).toBeUndefined();
      const spec = makeTemplate(template, data);
      const description = describeModel(spec);
      expect(description.diagnostics).toEqual([]);
      expect(misfitsOf(openDocument(spec, null), description, data)).toEqual([]);
    },
  );

  it('keeps an autoencoder one when it is adapted to data of another size', () => {
    const template = templates.find(({ name }) => name === 'autoencoder')!;
    const small = openDocument(makeTemplate(template, digits), null);
    const large = { ...digits, inputs: [{ ...digits.inputs[0]!, shape: [1, 20, 20] }] };
    expect(faultsFor(small, large).length).toBeGreaterThan(0);
    const adapted = adaptTo(small, large);
    expect(describeModel(adapted.spec).layers.at(-1)?.outputShape).toEqual([1, 20, 20]);
    expect(faultsFor(adapted, large)).toEqual([]);
    expect(refusalOf(template, { ...digits, reconstructionObstacle: 'no' })).toBe('no');
  });

  it('refuses templates for data of another kind', () => {
    const refused = (data: ModelInterface) =>
      templates.filter((template) => refusalOf(template, data)).map(({ name }) => name);
    expect(refused(digits)).toEqual(['charLstm', 'transformer', 'textCnn']);
    expect(refused({ ...texts, target: 'nextCharacters' })).not.toContain('transformer');
    expect(refused({ ...texts, target: 'nextCharacters' })).toContain('textCnn');
  });
});

describe('the picture of a model', () => {
  const shownTemplate = (name: string) => {
    const template = templates.find((one) => one.name === name)!;
    return shownGraph(openDocument(makeTemplate(template), null));
  };
  const centre = (graph: ReturnType<typeof shownGraph>, id: string): number =>
    layOut(graph, 'down').get(id)!.x + graph.nodes.find((node) => node.id === id)!.width / 2;

  it.each(['transformer', 'charLstm', 'resNet20', 'autoencoder'])('has the main way of %s in one line', (name) => {
    const graph = shownTemplate(name);
    const main = graph.nodes.map(({ id }) => id).filter((id) => id !== 'mask' && id !== 'x');
    expect(new Set(main.map((id) => centre(graph, id))).size).toBe(1);
  });

  it('keeps its first node in its place when something is added beside it', () => {
    const origin = layOut(shownTemplate('mlp'), 'down').get('x');
    expect(layOut(shownTemplate('textCnn'), 'down').get('x')).toEqual(origin);
  });

  it('leads long connections around the nodes between their ends', () => {
    const node = { x: -100, y: 100, width: 200, height: 60 };
    const ends = { from: { x: 0, y: 0 }, to: { x: 20, y: 300 } };
    const lane = laneOf(ends, [node], 'down')!;
    expect(lane).toBeGreaterThan(100);
    expect(laneOf(ends, [{ ...node, x: 200 }], 'down')).toBeUndefined();
    expect(pathAlong(ends, lane, 'down').slice(1)).toEqual([lane, 150]);
    const across = { from: { x: 0, y: 0 }, to: { x: 300, y: 20 } };
    expect(laneOf(across, [{ x: 100, y: -100, width: 60, height: 200 }], 'right')).toBe(lane);
  });
});
