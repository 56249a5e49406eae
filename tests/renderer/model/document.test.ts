import { describe, expect, it } from 'vitest';
import { readModelSpec, type ModelSpecSource } from '../../../engine/layers/modelSpec.js';
import { copyText, duplicate, paste, readClip } from '../../../renderer/features/model/document/clipboard.js';
import {
  addInput,
  connect,
  disconnect,
  setOutput,
  wouldCycle,
} from '../../../renderer/features/model/document/editConnections.js';
import {
  addLayer,
  removeNodes,
  renameNodes,
  setOption,
  shareWeights,
} from '../../../renderer/features/model/document/editLayers.js';
import { baseName, freshCopyId, freshId, isId } from '../../../renderer/features/model/document/freshId.js';
import {
  groupNodes,
  groupsOf,
  renameGroup,
  setCollapsed,
  ungroup,
} from '../../../renderer/features/model/document/groups.js';
import { History } from '../../../renderer/features/model/document/history.js';
import {
  layerById,
  openDocument,
  readLayout,
  shortForm,
  type ModelDocument,
} from '../../../renderer/features/model/document/modelDocument.js';

function documentOf(layers: ModelSpecSource['layers'], outputs: string[], layout: unknown = null): ModelDocument {
  const spec = readModelSpec({ version: 1, name: 'm', inputs: [{ id: 'x', shape: [8] }], layers, outputs });
  return openDocument(spec, layout);
}

const chain = (): ModelDocument =>
  documentOf(
    [
      { id: 'a', type: 'Dense', options: { units: 4 } },
      { id: 'b', type: 'Relu' },
      { id: 'c', type: 'Dense', options: { units: 2 } },
    ],
    ['c'],
  );

const inputsOf = (document: ModelDocument): Record<string, readonly string[] | undefined> =>
  Object.fromEntries(document.spec.layers.map(({ id, inputs }) => [id, inputs]));

describe('the document', () => {
  it('names every connection, and leaves out again what goes without saying', () => {
    expect(inputsOf(chain())).toEqual({ a: ['x'], b: ['a'], c: ['b'] });
    expect(shortForm(chain().spec)).toEqual({
      version: 1,
      name: 'm',
      inputs: [{ id: 'x', shape: [8] }],
      layers: [
        { id: 'a', type: 'Dense', options: { units: 4 } },
        { id: 'b', type: 'Relu' },
        { id: 'c', type: 'Dense', options: { units: 2 } },
      ],
      outputs: ['c'],
    });
  });

  it('reads a layout and takes broken parts of it for none', () => {
    expect(
      readLayout({ direction: 'right', places: { a: { x: 1, y: 2 }, b: { x: 'no' } }, collapsed: ['g', 3] }),
    ).toEqual({
      direction: 'right',
      places: { a: { x: 1, y: 2 } },
      collapsed: ['g'],
    });
    expect(readLayout('?')).toEqual({ direction: 'down', places: {}, collapsed: [] });
  });
});

describe('adding a layer', () => {
  it('goes between a layer and all that read it, the output too', () => {
    const { document, id } = addLayer(chain(), { type: 'Dropout', options: {} }, { kind: 'after', source: 'c' });
    expect(id).toBe('dropout1');
    expect(inputsOf(document)).toEqual({ a: ['x'], b: ['a'], c: ['b'], dropout1: ['c'] });
    expect(document.spec.outputs).toEqual(['dropout1']);
  });

  it('goes into one connection and leaves the others', () => {
    const branched = connect(chain(), 'a', 'c', 1);
    const { document } = addLayer(
      branched,
      { type: 'Relu', options: {} },
      { kind: 'edge', source: 'a', reader: 'c', index: 1 },
    );
    expect(inputsOf(document)).toEqual({ a: ['x'], relu1: ['a'], b: ['a'], c: ['b', 'relu1'] });
  });

  it('begins a branch that nobody reads, in the group of its source', () => {
    const grouped = groupNodes(chain(), ['a', 'b']).document;
    const { document, id } = addLayer(grouped, { type: 'Relu', options: {} }, { kind: 'branch', source: 'group1/a' });
    expect(id).toBe('group1/relu1');
    expect(layerById(document, 'group1/b')?.inputs).toEqual(['group1/a']);
  });

  it('is the output of a model that had none', () => {
    const empty = { ...chain(), spec: { ...chain().spec, layers: [], outputs: [] } };
    const { document } = addLayer(empty, { type: 'Relu', options: {} }, { kind: 'after', source: 'x' });
    expect(document.spec.outputs).toEqual(['relu1']);
  });
});

describe('removing layers', () => {
  it('bridges: who read them reads what they read', () => {
    const document = removeNodes(chain(), new Set(['b', 'c']));
    expect(inputsOf(document)).toEqual({ a: ['x'] });
    expect(document.spec.outputs).toEqual(['a']);
  });

  it('ends sharing with what is gone and cuts connections to removed inputs', () => {
    const shared = shareWeights(chain(), 'c', 'a');
    const document = removeNodes(shared, new Set(['a', 'x']));
    expect(layerById(document, 'c')?.shareWith).toBeUndefined();
    expect(inputsOf(document)).toEqual({ b: [], c: ['b'] });
  });

  it('leaves no output that is an input', () => {
    expect(removeNodes(chain(), new Set(['a', 'b', 'c'])).spec.outputs).toEqual([]);
  });
});

describe('other edits', () => {
  it('renames wherever a layer is named: inputs with ports, outputs, shares, places', () => {
    const document = openDocument(
      readModelSpec({
        version: 1,
        name: 'm',
        inputs: [{ id: 'x', shape: [5, 4] }],
        layers: [
          { id: 'rnn', type: 'Lstm', options: { units: 3 } },
          { id: 'd', type: 'Dense', inputs: ['rnn:state'], options: { units: 3 } },
          { id: 'other', type: 'Lstm', inputs: ['x'], options: { units: 3 }, shareWith: 'rnn' },
        ],
        outputs: ['d', 'rnn:cell'],
      }),
      { places: { rnn: { x: 1, y: 1 } } },
    );
    const renamed = renameNodes(document, new Map([['rnn', 'memory']]));
    expect(layerById(renamed, 'd')?.inputs).toEqual(['memory:state']);
    expect(layerById(renamed, 'other')?.shareWith).toBe('memory');
    expect(renamed.spec.outputs).toEqual(['d', 'memory:cell']);
    expect(renamed.layout.places).toEqual({ memory: { x: 1, y: 1 } });
  });

  it('sets an option and takes it away for its default', () => {
    const set = setOption(chain(), new Set(['a']), 'activation', 'relu');
    expect(layerById(set, 'a')?.options).toEqual({ units: 4, activation: 'relu' });
    expect(layerById(setOption(set, new Set(['a']), 'activation', undefined), 'a')?.options).toEqual({ units: 4 });
  });

  it('leaves inputs with names open behind one that was cut: a mask does not become what is read', () => {
    const { document } = addLayer(
      connect(chain(), 'x', 'c', 0),
      { type: 'Lstm', options: { units: 4 } },
      { kind: 'free' },
    );
    const id = document.spec.layers.at(-1)!.id;
    const both = connect(connect(document, 'a', id, 0), 'b', id, 1);
    expect(layerById(disconnect(both, id, 0), id)?.inputs).toEqual([]);
    expect(layerById(disconnect(both, id, 1), id)?.inputs).toEqual(['a']);
  });

  it('connects, disconnects and knows what would be a cycle', () => {
    const document = connect(chain(), 'x', 'c', 5);
    expect(layerById(document, 'c')?.inputs).toEqual(['b', 'x']);
    expect(layerById(disconnect(document, 'c', 0), 'c')?.inputs).toEqual(['x']);
    expect(wouldCycle(document, 'c', 'a')).toBe(true);
    expect(wouldCycle(document, 'a', 'c')).toBe(false);
    expect(wouldCycle(document, 'a', 'a')).toBe(true);
  });

  it('has every output once and adds inputs under free names', () => {
    expect(setOutput(chain(), 1, 'c').spec.outputs).toEqual(['c']);
    expect(setOutput(chain(), 1, 'a').spec.outputs).toEqual(['c', 'a']);
    expect(addInput(chain()).document.spec.inputs.map(({ id }) => id)).toEqual(['x', 'input1']);
  });

  it('makes ids of types and of other ids', () => {
    expect([baseName('Conv2d'), baseName('TransformerEncoder')]).toEqual(['conv', 'transformerEncoder']);
    expect(freshId(new Set(['conv1']), 'conv')).toBe('conv2');
    expect(freshCopyId(new Set(['conv1', 'conv2']), 'conv1')).toBe('conv3');
    expect([isId('block/conv_1'), isId('1x'), isId('a b'), isId('')]).toEqual([true, false, false, false]);
  });
});

describe('groups', () => {
  it('put layers under one name and back', () => {
    const { document, path } = groupNodes(chain(), ['a', 'b']);
    expect(path).toBe('group1');
    expect(inputsOf(document)).toEqual({ 'group1/a': ['x'], 'group1/b': ['group1/a'], c: ['group1/b'] });
    expect(groupsOf(['group1/a', 'group1/b', 'c'])).toEqual([{ path: 'group1', members: ['group1/a', 'group1/b'] }]);
    expect(inputsOf(ungroup(document, path))).toEqual(inputsOf(chain()));
  });

  it('renames a group, its collapsed state too, and refuses a name that is taken', () => {
    const { document } = groupNodes(chain(), ['a', 'b']);
    const renamed = renameGroup(setCollapsed(document, 'group1', true), 'group1', 'stem');
    expect(renamed?.layout.collapsed).toEqual(['stem']);
    expect(renamed && Object.keys(inputsOf(renamed))).toEqual(['stem/a', 'stem/b', 'c']);
    expect(renameGroup(document, 'group1', 'c')).toBeUndefined();
  });

  it('leaves groups inside one that is undone as they are drawn', () => {
    const inner = groupNodes(chain(), ['a'], 'inner');
    const outer = groupNodes(inner.document, ['inner/a', 'b'], 'outer');
    const collapsed = setCollapsed(setCollapsed(outer.document, 'outer/inner', true), 'outer', true);
    expect(ungroup(collapsed, 'outer').layout.collapsed).toEqual(['inner']);
  });
});

describe('the clipboard', () => {
  it('holds layers as text that goes into another model under free names', () => {
    const clip = readClip(copyText(chain(), new Set(['a', 'b'])))!;
    const { document, ids } = paste(chain(), clip, { x: 0, y: 0 });
    expect(ids).toEqual(['a1', 'b1']);
    expect(inputsOf(document)).toEqual({ a: ['x'], b: ['a'], c: ['b'], a1: ['x'], b1: ['a1'] });
  });

  it('cuts connections to what the other model does not have', () => {
    const clip = readClip(copyText(chain(), new Set(['c'])))!;
    const other = documentOf([{ id: 'only', type: 'Relu' }], ['only']);
    expect(inputsOf(paste(other, clip, { x: 0, y: 0 }).document)).toEqual({ only: ['x'], c: [] });
  });

  it('is nothing for other texts', () => {
    expect([readClip('hello'), readClip('{"descent":"layers","version":9}'), readClip('[]')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('duplicates beside the originals', () => {
    const placed = { ...chain(), layout: { ...chain().layout, places: { a: { x: 10, y: 20 } } } };
    const { document, ids } = duplicate(placed, new Set(['a']));
    expect(document.layout.places[ids[0]!]).toEqual({ x: 42, y: 52 });
  });
});

describe('undo and redo', () => {
  it('go back and forth; a new change ends the way forth', () => {
    const history = new History(1);
    history.commit(2, 'two');
    history.commit(3, 'three');
    expect([history.undo(), history.present, history.redoTitle]).toEqual([true, 2, 'three']);
    history.commit(4, 'four');
    expect([history.redo(), history.present]).toEqual([false, 4]);
    history.undo();
    history.undo();
    expect([history.present, history.undo()]).toEqual([1, false]);
  });

  it('take quick changes of one kind as one step, others and later ones as steps of their own', () => {
    const history = new History('');
    history.commit('a', 'type', 'field', 0);
    history.commit('ab', 'type', 'field', 500);
    history.commit('abc', 'type', 'field', 5000);
    history.undo();
    expect(history.present).toBe('ab');
    history.undo();
    expect(history.present).toBe('');
    history.commit('x', 'type', 'field', 6000);
    history.seal();
    history.commit('xy', 'type', 'field', 6100);
    history.undo();
    expect(history.present).toBe('x');
  });
});
