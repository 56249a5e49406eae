// In what a version of a data set is unlike the one before it, in words.
import type { KeptVersion, SplitChoice } from '../../../../contract/services/datasets.js';
import { dataTexts } from '../../../texts/data.js';
import { versionTexts } from '../../../texts/dataVersions.js';
import { percentsOf, sameSplit } from '../split/splitState.js';

const texts = versionTexts.changes;

type Compared = Pick<KeptVersion, 'content' | 'count' | 'target' | 'task' | 'inputs' | 'split' | 'reason'>;

/** Of the first version, and of one that is equal to the one before in everything that is told: what made it. */
export function changesOf(version: Compared, before: Compared | undefined): string[] {
  const reason = version.reason.charAt(0).toUpperCase() + version.reason.slice(1);
  if (!before) return [reason];
  const { added, removed } = inputChanges(version, before);
  const changes = [
    ...(version.content === before.content ? [] : [texts.content(before.count, version.count)]),
    ...(version.target === before.target ? [] : [texts.target(before.target, version.target)]),
    ...(version.task === before.task ? [] : [texts.task(taskText(before), taskText(version))]),
    ...(added.length + removed.length === 0 ? [] : [texts.inputs(added, removed)]),
    ...(sameSplit(version.split, before.split) ? [] : [texts.split(splitText(before.split), splitText(version.split))]),
  ];
  return changes.length > 0 ? changes : [reason];
}

/** That a target is no input and the target before is one goes without saying. */
function inputChanges(version: Compared, before: Compared): { added: string[]; removed: string[] } {
  return {
    added: version.inputs.filter((name) => !before.inputs.includes(name) && name !== before.target),
    removed: before.inputs.filter((name) => !version.inputs.includes(name) && name !== version.target),
  };
}

function taskText({ task }: Compared): string {
  return dataTexts.tasks[task];
}

function splitText({ method, fractions, seed, groupBy, keepEqual }: SplitChoice): string {
  const { train, val, test } = percentsOf(fractions);
  const isRandom = method !== 'ordered';
  return texts.splitOf(dataTexts.split.methods[method], [train, val, test], {
    seed: isRandom ? seed : undefined,
    group: groupBy,
    keepsEqual: keepEqual === true,
  });
}
