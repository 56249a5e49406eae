// Which images a preview shows: drawn from the training part, of as many classes as there are.
import { integers } from '../../../../engine/random/fields.js';

/** Candidates among which classes are picked. */
export const candidateCount = 96;

/** Some examples of a part, each once; another `turn`, others. */
export function candidates(part: Int32Array, turn: number): Int32Array {
  if (part.length <= candidateCount) return part.slice();
  const places = integers({ seed: 0, purpose: 'augment/preview', step: turn }, candidateCount * 2, 0, part.length);
  return Int32Array.from([...new Set(places)].slice(0, candidateCount), (place) => part[place]!);
}

/** `count` of them, one of each class in turn, in the order of the classes. */
export function spreadOverClasses(examples: Int32Array, classes: Int32Array, count: number): number[] {
  const byClass = new Map<number, number[]>();
  examples.forEach((example, at) => {
    const list = byClass.get(classes[at]!);
    if (list) list.push(example);
    else byClass.set(classes[at]!, [example]);
  });
  const lists = [...byClass.entries()].sort(([a], [b]) => a - b).map(([, list]) => list);
  const chosen: number[] = [];
  for (let turn = 0; chosen.length < count && lists.some((list) => turn < list.length); turn++)
    for (const list of lists) if (turn < list.length && chosen.length < count) chosen.push(list[turn]!);
  return chosen;
}
