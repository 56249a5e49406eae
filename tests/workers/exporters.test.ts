// What trained models are written as: every format on shipped examples, reloaded on the native backend.
import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../engine/onnx/decode.js';
import { decodePage } from '../../engine/exporters/pageSource.js';
import { decodeBase64, encodeBase64 } from '../../engine/exporters/base64.js';
import { decodeSafetensors } from '../../engine/exporters/safetensorsFormat.js';
import { exporterOf } from '../../engine/exporters/index.js';
import { runExport } from '../../workers/exportJob.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { exportHost } from '../../workers/exportHost.node.js';
import { exampleTrained } from './exampleTrained.js';
import { exportHere } from './exportHere.js';

const examples = ['penguins', 'concrete', 'names', 'seattle-weather', 'digits'];

describe.each(examples)('ONNX of %s', (name) => {
  it('takes raw values where preprocessing is inside, and agrees with the model', async () => {
    const { check, steps } = await exportHere(await exampleTrained(name), 'onnx', { preprocessing: true });
    expect(check).toMatchObject({ kind: 'compared', examples: 64, tolerance: 1e-4 });
    expect(steps).toEqual(['preparing', 'writing', 'reloading', 'comparing']);
  });

  it('in float16 keeps float32 inputs, outputs and metadata, and tells how far it is off', async () => {
    const trained = await exampleTrained(name);
    const whole = await exportHere(trained, 'onnx');
    const { bytes, check } = await exportHere(trained, 'onnx', { precision: 'float16' });
    expect(check.kind === 'compared' && check.largestDifference).toBeGreaterThan(0);
    expect(check).toMatchObject({ kind: 'compared', tolerance: 2e-2 });
    const { graph, metadata } = decodeModel(bytes);
    const floats = [...graph.inputs, ...graph.outputs].filter(({ dtype }) => dtype !== 'int32');
    expect(floats.map(({ dtype }) => dtype)).toEqual(floats.map(() => 'float32'));
    expect(metadata).toEqual(decodeModel(whole.bytes).metadata);
    const large = graph.constants().filter(({ constant }) => constant!.data.length >= 256);
    expect(large.every(({ constant }) => constant!.dtype !== 'float32')).toBe(true);
  });

  it('is written for opset 17 and a fixed batch', async () => {
    const { bytes, check } = await exportHere(await exampleTrained(name), 'onnx', { opset: 17, batch: 10 });
    const { graph, opsets } = decodeModel(bytes);
    expect(opsets['']).toBe(17);
    expect(graph.inputs.map(({ shape }) => shape![0])).toEqual(graph.inputs.map(() => 10));
    expect(check).toMatchObject({ kind: 'compared', examples: 64 });
  });
});

describe('Other formats', () => {
  it('safetensors: every tensor is read again bit by bit, the specification is in the metadata', async () => {
    const trained = await exampleTrained('penguins');
    const { bytes, check } = await exportHere(trained, 'safetensors');
    expect(check).toMatchObject({ kind: 'identical', tensors: trained.checkpoint.tensors.length });
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(metadata.format).toBe('pt');
    expect(JSON.parse(metadata['descent.spec']!)).toEqual(trained.data.spec);
    expect(JSON.parse(metadata.labels!)).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    for (const { name, tensor } of trained.checkpoint.tensors) expect(tensors.get(name)).toEqual(tensor);
  });

  it('PyTorch: source and weights, checked for names and shapes and called so', async () => {
    const { files, check } = await exportHere(await exampleTrained('names'), 'pytorch');
    expect([...files.keys()]).toEqual(['.py', '.safetensors']);
    expect(check.kind).toBe('matched');
    const source = new TextDecoder().decode(files.get('.py'));
    for (const line of ['class Names(nn.Module):', 'CLASSES = ["female", "male"]', 'model = load_weights()'])
      expect(source).toContain(line);
  });

  it('PyTorch: a model that came from a file is refused with the reason', async () => {
    const refusal = exporterOf('pytorch').refusal!;
    const { data } = await exampleTrained('penguins');
    expect(refusal(data)).toBeUndefined();
    expect(refusal({ preprocessing: data.preprocessing })).toMatch(/made in the editor/);
  });

  it('A web page: one file without addresses, with the model, labels, ranges and examples inside', async () => {
    const trained = await exampleTrained('penguins');
    const { bytes, files } = await exportHere(trained, 'html');
    expect([...files.keys()]).toEqual(['.html']);
    const { content } = decodePage(bytes);
    expect(content.examples).toHaveLength(16);
    expect(content.fields.find(({ column }) => column === 'body_mass_g')).toMatchObject({ low: 2700, high: 6300 });
    expect(content.fields.find(({ column }) => column === 'island')).toMatchObject({
      categories: ['Biscoe', 'Dream', 'Torgersen'],
    });
    expect(content.metrics).toEqual({ loss: 0.5 });
    const head = new TextDecoder().decode(bytes.subarray(0, 3000));
    expect(head).toContain("default-src 'none'; script-src 'sha256-");
    const text = new TextDecoder().decode(bytes);
    expect(text).not.toMatch(/<(script|link|img)[^>]*(src|href)=/);
    const small = await exportHere(trained, 'html', {
      precision: 'float16',
      examples: false,
      title: 'Which <penguin>?',
    });
    const page = new TextDecoder().decode(small.bytes);
    expect(page).toContain('<title>Which &lt;penguin>?</title>');
    expect(decodePage(small.bytes).content.examples).toEqual([]);
  });

  it('An export that nobody wants any more ends before it writes', async () => {
    const trained = await exampleTrained('penguins');
    const cancelled = runExport(
      { ...trained, kind: 'export', run: 'test', format: 'onnx', options: {}, metrics: {} },
      {
        backend: ortNative,
        session: { threads: 1 },
        host: exportHost,
        send: () => Promise.resolve(),
        stopped: () => true,
      },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'call.cancelled' });
  });

  it('Formats and options that do not exist are refused by name', async () => {
    const trained = await exampleTrained('penguins');
    await expect(exportHere(trained, 'tflite')).rejects.toThrow(/must be one of onnx, html, pytorch, safetensors/);
    await expect(exportHere(trained, 'onnx', { opset: 12 })).rejects.toThrow(
      /opset must be a whole number from 17 to 23/,
    );
    await expect(exportHere(trained, 'safetensors', { opset: 17 })).rejects.toThrow(
      /option 'opset' must be one of none/,
    );
  });

  it('Base64 is that of Node, both ways, for every remainder', () => {
    for (const length of [0, 1, 2, 3, 4, 57, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length) % 256);
      const text = encodeBase64(bytes);
      expect(Buffer.from(text).toString()).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(text)).toEqual(bytes);
    }
  });
});
