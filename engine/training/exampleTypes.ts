// The tensors of one example as preprocessing makes them, without the data.
import { encodeExamples } from '../data/encodeExamples.js';
import type { Preprocessing } from '../data/preprocessing.js';
import type { ExampleType } from './supervised.js';

export interface ExampleTypes {
  readonly inputs: Readonly<Record<string, ExampleType>>;
  readonly target: ExampleType;
}

export function exampleTypesOf(preprocessing: Preprocessing): ExampleTypes {
  const empty = Object.entries(encodeExamples(preprocessing, []));
  return {
    inputs: Object.fromEntries(empty.map(([name, { dtype, shape }]) => [name, { dtype, shape: shape.slice(1) }])),
    target: targetType(preprocessing),
  };
}

function targetType({ target }: Preprocessing): ExampleType {
  switch (target.kind) {
    case 'class':
      return { dtype: 'int32', shape: [] };
    case 'value':
      return { dtype: 'float32', shape: [1] };
    case 'nextCharacters':
      return { dtype: 'int32', shape: [target.length] };
    case 'input':
      return { dtype: 'float32', shape: target.shape };
  }
}
