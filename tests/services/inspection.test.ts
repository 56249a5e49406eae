import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseGraph } from '../../engine/ir/parse.js';
import { decodeModel } from '../../engine/onnx/decode.js';
import { encodeExternal } from '../../engine/onnx/externalData.js';
import { inspectFile, readSelfContained } from '../../main/services/inspection.js';

const { model, data } = encodeExternal(
  parseGraph(`g (float[N, 2] x) => (float[N, 2] y) <float[2, 2] w = {1, 2, 3, 4}> { y = MatMul(x, w) }`),
  { location: 'weights.bin', threshold: 1 },
);

describe('inspection of a file', () => {
  let folder: string;
  let path: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'inspection-'));
    path = join(folder, 'model.onnx');
    writeFileSync(path, model);
    writeFileSync(join(folder, 'weights.bin'), data);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads external data beside it', () => {
    expect(inspectFile(path)).toMatchObject({ elements: 4, trainableElements: 4, operators: [{ type: 'MatMul' }] });
    expect(decodeModel(readSelfContained(path)).graph.constants()[0]!.constant!.data).toEqual(
      Float32Array.of(1, 2, 3, 4),
    );
  });

  it('refuses external data that is missing, truncated, or a link out of the folder', () => {
    const inner = mkdtempSync(join(folder, 'inner-'));
    const copy = join(inner, 'model.onnx');
    writeFileSync(copy, model);
    expect(() => inspectFile(copy)).toThrow("External data 'weights.bin': cannot be read");
    symlinkSync(join(folder, 'weights.bin'), join(inner, 'weights.bin'));
    expect(() => inspectFile(copy)).toThrow('must lie in the folder of the model');
    rmSync(join(inner, 'weights.bin'));
    writeFileSync(join(inner, 'weights.bin'), data.subarray(0, 8));
    expect(() => inspectFile(copy)).toThrow('must hold 16 bytes at 0, but has 8 in all');
  });

  it('says when the file cannot be read or is no model', () => {
    expect(() => inspectFile(join(folder, 'none.onnx'))).toThrow('there is no such file');
    expect(() => inspectFile(folder)).toThrow('cannot be read');
    expect(() => inspectFile(join(folder, 'weights.bin'))).toThrow('must be an ONNX');
  });
});
