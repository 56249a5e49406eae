// Texts of the versions of a data set.
import { formatBytes, formatCount } from '../components/format.js';

const counted = (count: number, one: string, several: string): string =>
  `${formatCount(count)} ${count === 1 ? one : several}`;

/** «a», «b» and 3 more */
function named(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map((name) => `«${name}»`);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${formatCount(rest)} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}` : (shown[0] ?? '');
}

const frees = (bytes: number): string =>
  bytes > 0
    ? `This frees ${formatBytes(bytes)} for good.`
    : 'Other versions use the same files, so this frees no more than its description.';

const lose = (runs: readonly string[]): string =>
  `${counted(runs.length, 'run was', 'runs were')} trained on it: ${named(runs)}. ${runs.length === 1 ? 'It keeps its' : 'They keep their'} curves and model, but can no longer be resumed, and the examples behind ${runs.length === 1 ? 'it' : 'them'} cannot be looked at.`;

export const versionTexts = {
  title: 'Versions',
  hint: 'Every change of content, roles or division makes a version, so that runs find the examples that they were trained on. Versions share the files that are equal in them.',
  columns: {
    created: 'Made',
    version: 'Version',
    changes: 'What changed',
    count: 'Examples',
    size: 'Size',
    runs: 'Runs on it',
    actions: 'Actions',
  },
  loading: 'Looking at the versions…',
  failed: 'The versions could not be listed',
  current: 'In use',
  use: 'Use',
  useLabel: (hash: string) => `Use version ${hash}`,
  used: (hash: string) => `Version ${hash} is in use`,
  remove: 'Delete…',
  removeLabel: (hash: string) => `Delete version ${hash}…`,
  frees: (bytes: number) => (bytes > 0 ? `${formatBytes(bytes)} of its own` : 'all shared'),
  removeUnused: (count: number) => `Delete ${counted(count, 'unused version', 'unused versions')}…`,
  unusedHint: (bytes: number) => `Neither in use nor needed by a run; they take ${formatBytes(bytes)} of their own`,
  noUnused: 'Every version is in use or needed by a run.',
  noRuns: 'None',
  moreRuns: (count: number) => `and ${formatCount(count)} more`,
  unknown: '–',
  question: {
    one: (hash: string) => `Delete version ${hash}?`,
    several: (count: number) => `Delete ${counted(count, 'version', 'versions')}?`,
    text: (bytes: number, runs: readonly string[]) =>
      [frees(bytes), ...(runs.length > 0 ? [lose(runs)] : ['No run needs it.'])].join(' '),
    textSeveral: (bytes: number) => `${frees(bytes)} No run needs them.`,
    confirm: 'Delete',
    confirmNeeded: 'Delete it all the same',
  },
  removed: (count: number) => `${counted(count, 'version was', 'versions were')} deleted`,
  freed: (bytes: number) => `${formatBytes(bytes)} were freed.`,
  changes: {
    content: (from: number, to: number) =>
      from > 0 && to > 0 && from !== to
        ? `Other content: ${formatCount(from)} → ${counted(to, 'example', 'examples')}`
        : 'Other content',
    target: (from: string, to: string) => `Target: ${from} → ${to}`,
    task: (from: string, to: string) => `Task: ${from} → ${to}`,
    inputs: (added: readonly string[], removed: readonly string[]) =>
      `Inputs: ${[...(added.length > 0 ? [`with ${named(added)}`] : []), ...(removed.length > 0 ? [`without ${named(removed)}`] : [])].join(', ')}`,
    split: (from: string, to: string) => `Division: ${from} → ${to}`,
    splitOf: (
      method: string,
      percents: readonly number[],
      {
        seed,
        group,
        keepsEqual,
      }: { readonly seed: number | undefined; readonly group: string | undefined; readonly keepsEqual: boolean },
    ) =>
      [
        `${method} ${percents.join('/')}`,
        ...(seed === undefined ? [] : [`seed ${seed}`]),
        ...(group === undefined ? [] : [`by ${group}`]),
        ...(keepsEqual ? ['equal ones together'] : []),
      ].join(', '),
  },
} as const;

/** What a person says of a data set. */
export const wordTexts = {
  title: 'About these data',
  source: 'Source',
  sourceHint: 'Where they come from: an address, a paper, a person',
  licence: 'Licence',
  licenceHint: 'What may be done with them',
  notes: 'Notes',
  notesHint: 'What to know when working with them',
} as const;
