// Every operator that the engine knows. A new operator adds one line to its family's table.
import type { OpDefinition } from './defineOp.js';
import { activation } from './activation/index.js';
import { arithmetic } from './arithmetic/index.js';
import { comparison } from './comparison/index.js';
import { convolution } from './convolution/index.js';
import { general } from './general/index.js';
import { indexing } from './indexing/index.js';
import { linear } from './linear/index.js';
import { normalization } from './normalization/index.js';
import { recurrent } from './recurrent/index.js';
import { reduction } from './reduction/index.js';
import { shaping } from './shaping/index.js';

const families: readonly (readonly OpDefinition[])[] = [
  activation,
  arithmetic,
  comparison,
  convolution,
  general,
  indexing,
  linear,
  normalization,
  recurrent,
  reduction,
  shaping,
];

const definitions = new Map<string, OpDefinition>(
  families.flat().map((definition) => [`${definition.domain}.${definition.type}`, definition]),
);

export function definitionOf(type: string, domain = ''): OpDefinition | undefined {
  return definitions.get(`${domain}.${type}`);
}

export function allDefinitions(): OpDefinition[] {
  return [...definitions.values()];
}
