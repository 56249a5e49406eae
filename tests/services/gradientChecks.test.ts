import { describe, expect, it } from 'vitest';
import { gradientChecks, type GradientCheckRecord } from '../../workers/gradientChecks.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { ortWasm } from '../../workers/backends/ortWasm.node.js';

describe('gradientChecks', () => {
  it('yields one record a checked input of one operator on each backend', async () => {
    const records: GradientCheckRecord[] = [];
    for await (const record of gradientChecks({ backends: [ortNative, ortWasm], op: 'Mul' })) records.push(record);
    expect(new Set(records.map(({ op }) => op))).toEqual(new Set(['Mul']));
    expect(new Set(records.map(({ backend }) => backend))).toEqual(new Set(['native', 'wasm']));
    expect(new Set(records.map(({ input }) => input))).toContain('A (second order)');
    for (const { error, pass } of records) {
      expect(error).toBeLessThan(2e-3);
      expect(pass).toBe(true);
    }
  });
});
