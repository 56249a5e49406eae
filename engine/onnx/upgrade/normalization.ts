// Softmax and its relatives, normalisations and dropout.
import type { NodeEdit, Upgrade } from './nodeEdit.js';

/**
 * Before opset 13 the axes from `axis` (default 1) on were one: flatten to a matrix, normalise its rows, restore the
 * shape. On the last axis both mean the same.
 */
function flattenedAxis(edit: NodeEdit): void {
  const { node } = edit;
  const axis = edit.takeNumber('axis') ?? 1;
  edit.set('axis', { kind: 'int', value: -1 });
  const x = node.inputs[0]!;
  const rank = x.shape?.length;
  if (axis === -1 || (rank !== undefined && axis === rank - 1)) return;
  const shape = edit.prepend('Shape', [x]);
  node.inputs[0] = edit.prepend('Flatten', [x], { axis: { kind: 'int', value: axis } });
  edit.append('Reshape', [shape]);
}

/** Scale and bias by group become those by channel: each is repeated for the channels of its group. */
function byChannel(edit: NodeEdit): void {
  const { node } = edit;
  const groups = node.attributes.num_groups;
  const count = groups?.kind === 'int' ? groups.value : edit.fail('attribute num_groups is required');
  const shape = edit.prepend('Shape', [node.inputs[0]], {
    start: { kind: 'int', value: 1 },
    end: { kind: 'int', value: 2 },
  });
  const inGroup = edit.prepend('Div', [shape, edit.ints([count], 'groups')]);
  const wanted = edit.prepend('Concat', [edit.ints([count], 'groups'), inGroup], { axis: { kind: 'int', value: 0 } });
  for (const index of [1, 2]) {
    const column = edit.prepend('Reshape', [node.inputs[index], edit.ints([count, 1], 'column')]);
    const repeated = edit.prepend('Expand', [column, wanted]);
    node.inputs[index] = edit.prepend('Reshape', [repeated, edit.ints([-1], 'row')]);
  }
}

export const normalizationUpgrades: readonly Upgrade[] = [
  { types: ['Softmax', 'LogSoftmax', 'Hardmax'], until: 13, apply: flattenedAxis },
  { types: ['GroupNormalization'], until: 21, apply: byChannel },
  {
    types: ['BatchNormalization'],
    until: 9,
    apply: (edit) => {
      if (edit.takeNumber('spatial') === 0) edit.fail('spatial must be 1: statistics by element are not supported');
    },
  },
  {
    // The further outputs were those of training; files of inference models list them unread.
    types: ['BatchNormalization'],
    until: 14,
    apply: (edit) => {
      const [first, ...others] = edit.node.outputs;
      if (others.some(edit.isRead)) edit.fail('outputs of its training mode before opset 14 are not supported');
      edit.node.outputs = [first!];
    },
  },
  {
    types: ['Dropout'],
    until: 12,
    apply: (edit) => {
      const ratio = edit.takeNumber('ratio');
      if (ratio !== undefined) edit.setInput(1, edit.scalar(ratio, 'ratio'));
    },
  },
];
