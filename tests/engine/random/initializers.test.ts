// Initial values: distributions, fans, structure, and that they are functions of their arguments alone.
import { describe, expect, it } from 'vitest';
import { fansOf, initialize, type InitializerSpec } from '../../../engine/random/initializers.js';

function moments(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, deviation: Math.sqrt(variance), largest };
}

const dense = [300, 200];

describe('initialize', () => {
  it.each<[InitializerSpec, number, number]>([
    [{ type: 'glorotUniform' }, Math.sqrt(2 / 500), Math.sqrt(6 / 500)],
    [{ type: 'glorotNormal', gain: 2 }, 2 * Math.sqrt(2 / 500), Infinity],
    [{ type: 'heUniform' }, Math.sqrt(2 / 200), Math.sqrt(6 / 200)],
    [{ type: 'heNormal', mode: 'fanOut' }, Math.sqrt(2 / 300), Infinity],
    [{ type: 'heUniform', slope: Math.sqrt(5) }, 1 / Math.sqrt(600), 1 / Math.sqrt(200)],
    [{ type: 'lecunUniform' }, Math.sqrt(1 / 200), Math.sqrt(3 / 200)],
    [{ type: 'lecunNormal', fanIn: 50 }, Math.sqrt(1 / 50), Infinity],
    [{ type: 'normal', deviation: 0.3 }, 0.3, Infinity],
    [{ type: 'uniform', low: -1, high: 1 }, 1 / Math.sqrt(3), 1],
    [{ type: 'truncatedNormal', deviation: 0.5 }, 0.5 * 0.8796256610342398, 1],
  ])('%o has its deviation and bound', (spec, deviation, bound) => {
    const found = moments(initialize(spec, dense, 7, 'w'));
    expect(Math.abs(found.mean)).toBeLessThan(0.02 * deviation);
    expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(0.02);
    expect(found.largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
  });

  it('gives the same values for the same seed and name, others otherwise', () => {
    const draw = (seed: number, name: string) => initialize({ type: 'heNormal' }, [8, 8], seed, name);
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
  });

  it.each([[[6, 9]], [[9, 6]], [[8, 8]], [[4, 3, 2, 2]]])('orthogonal: %j has orthogonal rows or columns', (shape) => {
    const values = initialize({ type: 'orthogonal', gain: 2 }, shape, 3, 'w');
    const rows = shape[0]!;
    const columns = values.length / rows;
    const wide = rows <= columns;
    const at = (vector: number, index: number) => values[wide ? vector * columns + index : index * columns + vector]!;
    for (let a = 0; a < Math.min(rows, columns); a++)
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let index = 0; index < Math.max(rows, columns); index++) dot += at(a, index) * at(b, index);
        expect(Math.abs(dot - (a === b ? 4 : 0))).toBeLessThan(1e-5);
      }
  });

  it('identity and constants', () => {
    expect([...initialize({ type: 'identity' }, [2, 3], 1, 'w')]).toEqual([1, 0, 0, 0, 1, 0]);
    expect([...initialize({ type: 'constant', value: 0.5 }, [2], 1, 'w')]).toEqual([0.5, 0.5]);
    expect([...initialize({ type: 'ones' }, [2], 1, 'w')]).toEqual([1, 1]);
    expect([...initialize({ type: 'zeros' }, [], 1, 'w')]).toEqual([0]);
  });

  it('dirac passes channels through in each group', () => {
    const values = initialize({ type: 'dirac', groups: 2 }, [4, 2, 3], 1, 'w');
    const ones = [...values].flatMap((value, index) => (value === 1 ? [index] : []));
    expect(ones).toEqual([1, 6 + 4, 12 + 1, 18 + 4]);
  });

  it('fans of convolutions count the kernel', () => {
    expect(fansOf([64, 32, 3, 3])).toEqual({ fanIn: 288, fanOut: 576 });
  });

  it('names the parameter when a shape has no fans', () => {
    expect(() => initialize({ type: 'heNormal' }, [5], 1, 'stem.bias')).toThrow(/'stem.bias'.*rank 1 has no fans/);
    expect(initialize({ type: 'heNormal', fanIn: 4 }, [5], 1, 'stem.bias')).toHaveLength(5);
  });
});
