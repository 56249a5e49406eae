// Operators whose axes, sizes and bounds moved from attributes to inputs.
import type { NodeEdit, Upgrade } from './nodeEdit.js';

/** Moves a list of integers from an attribute to input `index`. */
function intsToInput(name: string, index: number): (edit: NodeEdit) => void {
  return (edit) => {
    const values = edit.takeInts(name);
    if (values) edit.setInput(index, edit.ints(values, name));
  };
}

const laterReductions =
  'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare';

/** The bounds that Clip-6 had by default: they hold nothing back. */
const lowest = -3.4028234663852886e38;

export const axesUpgrades: readonly Upgrade[] = [
  { types: ['Squeeze', 'Unsqueeze', 'ReduceSum'], until: 13, apply: intsToInput('axes', 1) },
  { types: laterReductions.split(' '), until: 18, apply: intsToInput('axes', 1) },
  { types: ['Split'], until: 13, apply: intsToInput('split', 1) },
  {
    types: ['Split'],
    until: 18,
    apply: (edit) => {
      if (!edit.node.inputs[1]) edit.set('num_outputs', { kind: 'int', value: edit.node.outputs.length });
    },
  },
  {
    types: ['Slice'],
    until: 10,
    apply: (edit) => ['starts', 'ends', 'axes'].forEach((name, at) => intsToInput(name, at + 1)(edit)),
  },
  {
    types: ['Clip'],
    until: 11,
    apply: (edit) => {
      const min = edit.takeNumber('min') ?? lowest;
      const max = edit.takeNumber('max') ?? -lowest;
      edit.setInput(1, min <= lowest ? undefined : edit.scalar(min, 'min'));
      edit.setInput(2, max >= -lowest ? undefined : edit.scalar(max, 'max'));
    },
  },
  {
    types: ['Pad'],
    until: 11,
    apply: (edit) => {
      intsToInput('pads', 1)(edit);
      const value = edit.takeNumber('value') ?? 0;
      if (value !== 0) edit.setInput(2, edit.scalar(value, 'value'));
    },
  },
  {
    types: ['TopK'],
    until: 10,
    apply: (edit) => {
      const count = edit.takeNumber('k');
      if (count !== undefined) edit.setInput(1, edit.ints([count], 'k'));
    },
  },
  {
    types: ['DFT'],
    until: 20,
    apply: (edit) => {
      const axis = edit.takeNumber('axis') ?? 1;
      edit.setInput(2, edit.prepend('Squeeze', [edit.ints([axis], 'axis')]));
    },
  },
];
