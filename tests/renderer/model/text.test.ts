import { describe, expect, it } from 'vitest';
import { layerOf } from '../../../engine/layers/index.js';
import { draftText, readDraft } from '../../../renderer/features/model/draft.js';
import { emptySpec, openDocument, shortForm } from '../../../renderer/features/model/document/modelDocument.js';
import {
  fieldText,
  optionHint,
  parseList,
  parseNumber,
  parseShape,
  readOption,
  stepped,
} from '../../../renderer/features/model/inspector/optionText.js';
import { parseJson, rangeOf } from '../../../renderer/features/model/json/parseJson.js';
import { printSpec } from '../../../renderer/features/model/json/printSpec.js';
import { lineStarts, placeIn, tokensOf } from '../../../renderer/features/model/json/tokens.js';

describe('fields of the inspector', () => {
  it('read numbers as people write them', () => {
    expect(['64', '0,5', '1e-3', '1 000', '4*64', '−2'].map(parseNumber)).toEqual([64, 0.5, 0.001, 1000, 256, -2]);
    expect(['', 'a', '1-', '3**'].map(parseNumber)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('read lists and shapes', () => {
    expect([parseList('[1, 2, 3]'), parseList('1 2'), parseList('2×3'), parseList(''), parseList('1, a')]).toEqual([
      [1, 2, 3],
      [1, 2],
      [2, 3],
      [],
      undefined,
    ]);
    expect([parseShape('3 × 28 × 28'), parseShape('3x28x28'), parseShape('length, 8'), parseShape('0')]).toEqual([
      [3, 28, 28],
      [3, 28, 28],
      ['length', 8],
      undefined,
    ]);
  });

  it('take an empty field for the default and say what is wrong with others', () => {
    const { units, activation } = layerOf('Dense')!.options;
    expect(readOption(units!, '12')).toEqual({ kind: 'value', value: 12 });
    expect(readOption(units!, '')).toEqual({ kind: 'none' });
    expect(readOption(units!, '0.5').kind).toBe('fault');
    expect(fieldText(activation!.fallback)).toBe('none');
    expect(optionHint(units!)).toContain('1 to');
  });

  it('step by arrow keys within limits', () => {
    expect(stepped({ kind: 'whole', min: 1, max: 10 }, 10, 1, false)).toBe(10);
    expect(stepped({ kind: 'whole', min: 1, max: 100 }, 10, 1, true)).toBe(20);
    expect(stepped({ kind: 'decimal', min: 0, max: 1 }, 0.25, 1, false)).toBe(0.26);
  });
});

describe('JSON with places', () => {
  const text = '{\n  "name": "m",\n  "layers": [{ "id": "a", "options": { "units": 4 } }]\n}\n';

  it('knows where each path stands', () => {
    const parsed = parseJson(text);
    if ('at' in parsed) throw new Error(parsed.message);
    expect(parsed.value).toEqual(JSON.parse(text));
    const part = (path: string) => {
      const range = rangeOf(parsed.ranges, path)!;
      return text.slice(range.start, range.end);
    };
    expect(part('layers[0].options.units')).toBe('4');
    expect(part('layers[0].options.missing')).toBe('{ "units": 4 }');
    expect(part('layers[7]')).toBe('[{ "id": "a", "options": { "units": 4 } }]');
  });

  it.each([
    ['{"a": 1,}', 7],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['{"a": "x', 6],
    ['{} x', 3],
    ['', 0],
    ['{"a": 1, "a": 2}', 9],
    ['[01]', 2],
  ])('says where %s stops being JSON', (broken, at) => {
    expect(parseJson(broken)).toMatchObject({ at });
  });

  it('does not fall into a deep or hostile text', () => {
    expect(parseJson('['.repeat(100_000))).toHaveProperty('at');
    const parsed = parseJson('{"__proto__": {"x": 1}}');
    expect('at' in parsed || Object.hasOwn(parsed.value as object, '__proto__')).toBe(true);
  });

  it('prints so that it reads the same again', () => {
    const printed = printSpec(shortForm(emptySpec('m')));
    expect(JSON.parse(printed)).toEqual(shortForm(emptySpec('m')));
    expect(printSpec({ layers: [{ id: 'a', type: 'Relu' }] })).toBe(
      '{\n  "layers": [{ "id": "a", "type": "Relu" }]\n}\n',
    );
  });

  it('colours lines and finds lines of offsets', () => {
    expect(tokensOf('  "a": 1, true', 10).filter(({ kind }) => kind !== 'space')).toEqual([
      { kind: 'name', text: '"a"', start: 12 },
      { kind: 'mark', text: ':', start: 15 },
      { kind: 'number', text: '1', start: 17 },
      { kind: 'mark', text: ',', start: 18 },
      { kind: 'word', text: 'true', start: 20 },
    ]);
    const starts = lineStarts(text);
    expect(placeIn(starts, text.indexOf('"layers"'))).toEqual({ line: 3, column: 3 });
  });
});

describe('drafts', () => {
  it('come back as they were, faults and all', () => {
    const document = openDocument(emptySpec('m'), { places: { x: { x: 1, y: 2 } } });
    expect(readDraft(draftText(document))).toEqual(document);
  });

  it('are nothing where they cannot be read', () => {
    expect([readDraft('{'), readDraft('null'), readDraft('{"spec": {"layers": 3}}')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
