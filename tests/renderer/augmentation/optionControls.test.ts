// Forms of transforms: what is shown, in which steps and units, and what may be written.
import { describe, expect, it } from 'vitest';
import { withDefaults } from '../../../engine/data/augment/defineAugmentation.js';
import { augmentationOf, augmentations } from '../../../engine/data/augment/index.js';
import {
  numberWithUnit,
  optionControls,
  shownNumber,
  stepOf,
  typedNumber,
  type NumberScale,
  type OptionControl,
} from '../../../renderer/features/data/augmentation/optionControls.js';

const image = { channels: 3, width: 28, height: 32 };

function controlsOf(type: string, given = {}, of = image): OptionControl[] {
  const definition = augmentationOf(type);
  return optionControls(definition, withDefaults(definition.options, given), of);
}

function scaleOf(type: string, label: string): NumberScale {
  const control = controlsOf(type).find((entry) => entry.label === label);
  if (control?.kind !== 'number' && control?.kind !== 'range') throw new Error(`${type} has no slider ${label}`);
  return control.scale;
}

describe('Forms', () => {
  it.each(augmentations)('of $type: every default lies on its slider', ({ type, options }) => {
    for (const control of controlsOf(type)) {
      if (control.kind !== 'number' && control.kind !== 'range') continue;
      const names = control.kind === 'range' ? [control.from, control.to] : [control.name];
      for (const name of names) {
        const value = options[name]!.fallback as number;
        expect(value).toBeGreaterThanOrEqual(control.scale.min);
        expect(value).toBeLessThanOrEqual(control.scale.max);
      }
    }
  });

  it('join the two ends of a range', () => {
    expect(controlsOf('scale').map(({ kind, label }) => [kind, label])).toEqual([
      ['range', 'Factor'],
      ['flag', 'Keep proportions'],
      ['choice', 'Outside'],
      ['number', 'Value'],
    ]);
  });

  it('leave out what means nothing: a value where edges are mirrored, hues of grey images', () => {
    expect(controlsOf('rotate', { edges: 'reflect' }).map(({ label }) => label)).toEqual(['Angle', 'Outside']);
    expect(controlsOf('colour', {}, { ...image, channels: 1 }).map(({ label }) => label)).toEqual([
      'Brightness',
      'Contrast',
    ]);
  });

  it('let sliders of pixels reach half of the image, and fields all that is allowed', () => {
    const { max, most, step, whole } = scaleOf('crop', 'Padding');
    expect([max, most, step, whole]).toEqual([14, 256, 1, true]);
  });

  it('step by 1, 2 or 5 of a power of ten, a hundred steps at least', () => {
    expect([1, 180, 0.5, 3.75, 7.95, 45].map(stepOf)).toEqual([0.01, 1, 0.005, 0.02, 0.05, 0.2]);
  });
});

describe('Numbers', () => {
  const share = scaleOf('erase', 'Area');
  const degrees = scaleOf('rotate', 'Angle');

  it('are shown with their unit, shares as percents', () => {
    expect(shownNumber(0.07, share)).toBe('7');
    expect(numberWithUnit(0.075, share)).toBe('7.5\u202f%');
    expect(numberWithUnit(10, degrees)).toBe('±10°');
  });

  it('are taken as they are written, within their bounds', () => {
    expect(typedNumber('12,5 %', share)).toBe(0.125);
    expect(typedNumber('250', share)).toBe(1);
    expect(typedNumber('± 400°', degrees)).toBe(180);
    expect(typedNumber('3.6', scaleOf('crop', 'Padding'))).toBe(4);
    expect(typedNumber('much', degrees)).toBeUndefined();
    expect(typedNumber('', degrees)).toBeUndefined();
  });
});
