// Texts of exporting.
import type { ExportCheck } from '../../contract/jobs.js';
import type { ExportProgress } from '../../contract/services/exports.js';
import { formatCount } from '../components/format.js';

/** `2.4·10⁻⁶`, `0.0031`; differences are told as magnitudes. */
function difference(value: number): string {
  if (value === 0) return '0';
  if (value >= 1e-3) return String(Number(value.toPrecision(2)));
  const [digits, power] = value.toExponential(1).split('e-') as [string, string];
  const raised = power.replaceAll(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)));
  return `${digits}·10⁻${raised}`;
}

const examples = (count: number): string => `${formatCount(count)} held-out ${count === 1 ? 'example' : 'examples'}`;
const numbers = (tensors: number, count: number): string =>
  `${formatCount(tensors)} ${tensors === 1 ? 'tensor' : 'tensors'} with ${formatCount(count)} numbers`;

export const exportTexts = {
  open: 'Export the model…',
  openLatest: 'Export the latest run…',
  nothingToExport: 'No run has finished yet',
  nothingToExportHint: 'A trained model is exported from its run. Train one first.',
  title: (name: string) => `Export ${name}`,
  loading: 'Looking at the run…',
  loadFailed: 'The formats could not be listed.',
  formats: 'Format',
  folder: 'A folder',
  options: 'Options',
  any: 'any',
  state: 'State of the model',
  states: { last: 'Last checkpoint', best: 'Best checkpoint' },
  destination: 'Destination',
  elsewhere: 'Another place…',
  back: 'Use the workspace’s folder',
  chooseTitle: 'Where to export to',
  start: 'Export',
  cancel: 'Cancel',
  cancelled: 'Cancelled: nothing was written.',
  failed: 'The export did not succeed.',
  working: 'Exporting',
  steps: {
    preparing: 'Reading the data and the weights',
    writing: 'Writing',
    reloading: 'Reloading what was written',
    comparing: 'Comparing with the trained model',
    saving: 'Saving',
  } satisfies Record<ExportProgress['step'], string>,
  comparing: (count: number) => `Comparing with the trained model on ${examples(count)}`,
  stepState: { done: 'done', now: 'in progress', next: 'to come' },
  done: 'Exported',
  copyPath: 'Copy path',
  copied: 'Path copied',
  openFile: 'Open',
  earlier: 'Exported before',
  checkTitle: (check: ExportCheck): string => {
    switch (check.kind) {
      case 'compared':
        return 'Numerically checked';
      case 'identical':
      case 'copied':
        return 'Read again';
      case 'matched':
        return 'Checked for names and shapes';
      case 'unpacked':
        return 'Taken apart again';
    }
  },
  checkText: (check: ExportCheck): string => {
    switch (check.kind) {
      case 'compared':
        return `Reloaded and run on ${examples(check.examples)}: the largest difference is ${difference(check.largestDifference)}, ${difference(check.tolerance)} is accepted.`;
      case 'identical':
        return `${numbers(check.tensors, check.numbers)}, equal in every bit.`;
      case 'matched':
        return `${numbers(check.tensors, check.numbers)}: each has one place of its shape in the source, and none is left over. PyTorch itself was not run.`;
      case 'copied':
        return `${formatCount(check.files)} ${check.files === 1 ? 'file' : 'files'}, equal in every byte to those of the run.`;
      case 'unpacked':
        return `All ${check.parts} parts are what was put in. The page compares itself with its examples when it is opened.`;
    }
  },
  decisions: (changed: number, all: number): string =>
    changed === 0
      ? `All ${formatCount(all)} decisions are the same.`
      : `${formatCount(changed)} of ${formatCount(all)} decisions changed.`,
} as const;
