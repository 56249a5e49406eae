// What a person says of a data set, as its description keeps it: where it comes from, its licence, notes.
import type { DatasetWords } from '../../../contract/services/datasets.js';
import type { DataSetDescription } from './description.js';

export function wordsOf({ source, licence, notes }: DataSetDescription): DatasetWords {
  return { source: source ?? null, licence: licence ?? null, notes: notes ?? null };
}

/** Empty ones are left out. */
export function withWords(description: DataSetDescription, words: DatasetWords): DataSetDescription {
  const rest = Object.entries(description).filter(([name]) => !Object.hasOwn(words, name));
  const said = Object.entries(words).filter(([, text]) => (text ?? '').trim() !== '');
  return Object.fromEntries([...rest, ...said]) as DataSetDescription;
}

/** Those of `first`, and where it says nothing those of `second`. */
export function wordsOfBoth(first: DatasetWords, second: DatasetWords): DatasetWords {
  return {
    source: first.source ?? second.source,
    licence: first.licence ?? second.licence,
    notes: first.notes ?? second.notes,
  };
}
