// Every operator that the engine knows. A new operator adds one line to its family's table.
import type { OpDefinition } from './defineOp.js';
import { arithmetic } from './arithmetic/index.js';

const families: readonly (readonly OpDefinition[])[] = [arithmetic];

const definitions = new Map<string, OpDefinition>(
  families.flat().map((definition) => [`${definition.domain}.${definition.type}`, definition]),
);

export function definitionOf(type: string, domain = ''): OpDefinition | undefined {
  return definitions.get(`${domain}.${type}`);
}

export function allDefinitions(): OpDefinition[] {
  return [...definitions.values()];
}
