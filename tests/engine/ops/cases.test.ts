// Every operator × case × backend: result, inferred type, gradient, second order, by way of ONNX bytes.
import { describe, expect, it } from 'vitest';
import { examineCase } from '../../../engine/autodiff/examineCase.js';
import { allCases } from '../../../engine/ops/cases.js';
import { allDefinitions } from '../../../engine/ops/index.js';
import { openOn } from '../../../workers/gradientChecks.js';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { ortWasm } from '../../../workers/backends/ortWasm.node.js';

describe.each<Backend>([ortNative, ortWasm])('operators on $name', (backend) => {
  for (const op of allCases)
    describe(op.type, () => {
      for (const example of op.cases)
        it(example.name, async () => {
          const { faults, gradients } = await examineCase(op, example, openOn(backend));
          expect(faults).toEqual([]);
          expect(gradients.filter(({ pass }) => !pass)).toEqual([]);
        });
    });
});

describe('the table of cases', () => {
  it('has cases for every operator', () => {
    const covered = new Set(allCases.map(({ type }) => type));
    const missing = allDefinitions().filter(({ type, domain }) => domain === '' && !covered.has(type));
    expect(missing.map(({ type }) => type)).toEqual([]);
  });

  it('names each case of an operator once', () => {
    for (const { type, cases } of allCases)
      expect(new Set(cases.map(({ name }) => name)).size, type).toBe(cases.length);
  });
});
