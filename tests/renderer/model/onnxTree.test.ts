import { describe, expect, it } from 'vitest';
import type { OnnxGraphView } from '../../../contract/services/models.js';
import {
  allGroups,
  ancestorsOf,
  groupTree,
  scopesOf,
  type TreeItem,
  rangeTitle,
} from '../../../renderer/features/model/onnx/groupTree.js';
import { searchNodes } from '../../../renderer/features/model/onnx/searchNodes.js';
import { TreeLayout } from '../../../renderer/features/model/onnx/treeLayout.js';
import { trainablePart, ViewerState } from '../../../renderer/features/model/onnx/viewerState.js';

/** Nodes with these names one after the other, each also read by the node `skip` places later where that is given. */
function viewOf(names: readonly string[], skips: readonly (readonly [number, number])[] = []): OnnxGraphView {
  const chain = names.map((_, index) => [index - 1, index] as const);
  const pairs = [...chain, ...skips, [names.length - 1, -1] as const];
  return {
    ...{ file: 'm.onnx', bytes: 1, name: 'm', producer: '', irVersion: 9, opsets: { '': 20 }, metadata: {} },
    ...{ parameters: 0, trainable: 0, weights: [], flops: 0, remarks: [] },
    inputs: [{ name: 'x', dtype: 'float32', shape: ['1'] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: ['1'] }],
    nodes: names.map((name, index) => ({
      ...{ name, type: name.split('/').at(-1)!, domain: '', outputs: [index], weights: [], attributes: {} },
      obstacle: '',
    })),
    values: names.map((_, index) => ({ name: `v${index}`, dtype: 'float32', shape: ['1'] })),
    edges: {
      from: Int32Array.from(pairs, ([from]) => from),
      to: Int32Array.from(pairs, ([, to]) => to),
      value: Int32Array.from(pairs, ([from]) => Math.max(0, from)),
    },
  };
}

const outline = (item: TreeItem): unknown =>
  item.kind === 'group' ? { [item.title]: item.children.map(outline) } : item.title;

describe('titles of parts', () => {
  it.each([
    ['stage1_block1', 'stage1_block15', 'stage1_block1 … 15'],
    ['layer9', 'layer12', 'layer9 … 12'],
    ['encoder', 'decoder', 'encoder … decoder'],
    ['stage1_block9', 'stage2_block3', 'stage1_block9 … 2_block3'],
  ])('%s to %s is %s', (first, last, title) => expect(rangeTitle(first, last)).toBe(title));
});

describe('the tree of an ONNX graph', () => {
  it('follows the scopes in names, without groups of one', () => {
    expect(scopesOf('/layer1/layer1.0/conv1/Conv')).toEqual(['layer1', 'layer1.0', 'conv1']);
    const { root } = groupTree(
      viewOf(['/stem/conv/Conv', '/stem/relu/Relu', '/body/one/a/Add', '/body/one/a/Mul', '/head/Gemm']),
    );
    expect(root.children.map(outline)).toEqual([
      { stem: ['Conv', 'Relu'] },
      { 'body/one/a': ['Add', 'Mul'] },
      'Gemm',
      'x',
      'y',
    ]);
  });

  it('connects siblings, and knows what enters and leaves a group', () => {
    const { root, edges, entries, nodes } = groupTree(viewOf(['/a/One', '/a/Two', '/b/Three', '/b/Four'], [[0, 3]]));
    const [a, b] = root.children;
    expect(edges.get(root)!.map(({ from, to }) => [from.title, to.title])).toEqual([
      ['x', 'a'],
      ['a', 'b'],
      ['b', 'y'],
    ]);
    expect([...entries.get(a!)!.out].map(({ title }) => title)).toEqual(['Two', 'One']);
    expect([...entries.get(b!)!.in].map(({ title }) => title)).toEqual(['Three', 'Four']);
    expect(ancestorsOf(nodes[3]!)).toEqual([b]);
  });

  it('cuts long stretches without names where few connections cross, level by level', () => {
    const names = Array.from({ length: 3000 }, (_, index) => `n${index}`);
    const { root } = groupTree(viewOf(names, [[0, 9]]));
    const groups = allGroups(root);
    const most = Math.max(...[root, ...groups].map(({ children }) => children.length));
    expect(most).toBeLessThanOrEqual(46);
    const leaves = (item: TreeItem): number =>
      item.kind === 'node' ? 1 : item.children.reduce((sum, child) => sum + leaves(child), 0);
    expect(leaves(root)).toBe(3000);
    for (const group of groups) expect(group.count).toBe(leaves(group));
  });

  it('is laid out group by group: members of an open group lie in its frame', () => {
    const tree = groupTree(viewOf(['/a/One', '/a/Two', '/b/Three', '/b/Four']));
    const [a] = tree.root.children;
    const { items } = new TreeLayout(tree).place(new Set([a!]));
    const box = (title: string) => items.find(({ item }) => item.title === title)!;
    const frame = box('a');
    expect(frame.isOpen).toBe(true);
    for (const inner of [box('One'), box('Two')]) {
      expect(inner.x).toBeGreaterThanOrEqual(frame.x);
      expect(inner.y + inner.height).toBeLessThanOrEqual(frame.y + frame.height);
    }
    expect(box('b').y).toBeGreaterThan(frame.y + frame.height);
    expect(items.some(({ item }) => item.title === 'Three')).toBe(false);
  });

  it('opens the groups around a node that is looked for', () => {
    const state = new ViewerState(viewOf(['/a/b/One', '/a/b/Two', '/a/c/Three', '/a/c/Four', '/d/Five', '/d/Six']));
    state.closeAll();
    const three = state.tree.nodes[2]!;
    state.show(three);
    expect(state.selected.value).toBe(three);
    expect(state.placed.value.items.some(({ item }) => item === three)).toBe(true);
  });

  it('opens all groups without holding the window up, unless it is told to stop', async () => {
    const state = new ViewerState(viewOf(Array.from({ length: 400 }, (_, index) => `/l${index % 40}/n/op${index}`)));
    await state.openAll(new AbortController().signal);
    expect(state.placed.value.items.filter(({ item }) => item.kind === 'node')).toHaveLength(400);
    expect(state.opening.value).toBeUndefined();
  });
});

describe('the search', () => {
  it('finds operators first, then names, then values', () => {
    const view = viewOf(['/a/Conv', '/conv_like/Relu', '/b/Add']);
    expect(searchNodes(view, 'conv').map(({ index }) => index)).toEqual([0, 1]);
    expect(searchNodes(view, 'v2')).toEqual([{ index: 2, detail: 'v2', rank: 2 }]);
    expect(searchNodes(view, '  ')).toEqual([]);
  });
});

describe('what can be trained of a file', () => {
  it('is told as a share that is never 0 where there is some, and most of it is good news', () => {
    expect(trainablePart({ parameters: 3_540_000, trainable: 320 })).toEqual({ text: '< 0.1 %', isMost: false });
    expect(trainablePart({ parameters: 1000, trainable: 940 })).toEqual({ text: '94.0 %', isMost: true });
    expect(trainablePart({ parameters: 0, trainable: 0 })).toEqual({ text: '0.0 %', isMost: false });
  });
});
