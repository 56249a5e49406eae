// Exported files in other programs than ours: the Python that PYTHON names (else python3) checks and runs them with onnx,
// onnxruntime and PyTorch; where it lacks those, the test is skipped and says so.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { applyPreprocessing, gatherTensors } from '../../../engine/data/exampleSet.js';
import { elements, type Tensor } from '../../../engine/ir/tensor.js';
import { rawInputs } from '../../../engine/training/rawInputs.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { weightsOf } from '../../../workers/trainedModel.js';
import { temporaryFolder } from '../../services/store/temporaryFolder.js';
import { exampleTrained } from '../../workers/exampleTrained.js';
import { exportHere } from '../../workers/exportHere.js';

const python = process.env.PYTHON ?? 'python3';
const has = (modules: string): boolean =>
  spawnSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0;
const hasOnnx = has('numpy, onnx, onnxruntime');
const hasTorch = hasOnnx && has('torch');

/** A table, images, texts. */
const examples = ['penguins', 'digits', 'names'];
const batch = 10;
const forms: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  plain: {},
  raw: { preprocessing: true },
  half: { precision: 'float16' },
  rawHalf: { preprocessing: true, precision: 'float16' },
  fixed: { batch },
  opset17: { opset: 17 },
  opset20: { opset: 20, preprocessing: true },
  opset23: { opset: 23 },
};

interface Witnessed {
  readonly error?: string;
  readonly difference?: number;
  readonly opset?: number;
  readonly batch?: string;
  readonly tensors?: readonly string[];
}

type Feeds = Record<string, Tensor>;

async function feedsOf(name: string, isRaw: boolean): Promise<Feeds> {
  const { dataSet, preprocessing } = (await exampleTrained(name)).data;
  const prepared = applyPreprocessing(dataSet, preprocessing);
  const some = Int32Array.from({ length: batch }, (_, at) => at);
  return isRaw ? rawInputs(dataSet, preprocessing, prepared, some) : gatherTensors(prepared.inputs, some);
}

async function outputOf(model: Uint8Array, feeds: Feeds): Promise<number[]> {
  const opened = await ortNative.open(model, { threads: 1 });
  try {
    return Array.from(elements((await opened.run(feeds)).output!), Number);
  } finally {
    await opened.dispose();
  }
}

function modelCase(feeds: Feeds, output: readonly number[]): string {
  const inputs = Object.entries(feeds).map(([name, tensor]) => {
    const { dtype, shape } = tensor;
    return [name, { dtype, shape, data: Array.from(elements(tensor), Number) }];
  });
  return JSON.stringify({ inputs: Object.fromEntries(inputs) as unknown, output });
}

async function writeExample(folder: string, name: string): Promise<void> {
  const trained = await exampleTrained(name);
  const write = (file: string, bytes: Uint8Array, about: string): void => {
    writeFileSync(join(folder, file), bytes);
    writeFileSync(join(folder, `${file}.json`), about);
  };
  for (const [form, options] of Object.entries(forms)) {
    const { bytes } = await exportHere(trained, 'onnx', options);
    const feeds = await feedsOf(name, options.preprocessing === true);
    const output = await outputOf(bytes, feeds);
    write(`${name}-${form}.onnx`, bytes, modelCase(feeds, output));
    if (form !== 'plain' || !hasTorch) continue;
    const { files } = await exportHere(trained, 'pytorch');
    write(`${name}.py`, files.get('.py')!, modelCase(feeds, output));
    writeFileSync(join(folder, `${name}.safetensors`), files.get('.safetensors')!);
  }
  const { bytes } = await exportHere(trained, 'safetensors');
  const weights = [...weightsOf(trained.checkpoint, false)].map(([tensorName, tensor]) => [
    tensorName,
    Array.from(elements(tensor), Number),
  ]);
  write(`${name}-weights.safetensors`, bytes, JSON.stringify(Object.fromEntries(weights)));
}

let made: Promise<Readonly<Record<string, Witnessed>>> | undefined;

/** All files are written, and looked at by one process, when the first is asked for. */
async function witnessed(file: string): Promise<Witnessed> {
  made ??= witnessAll();
  return (await made)[file]!;
}

async function witnessAll(): Promise<Readonly<Record<string, Witnessed>>> {
  const folder = temporaryFolder();
  for (const name of examples) await writeExample(folder, name);
  const script = fileURLToPath(new URL('witness.py', import.meta.url));
  const { stdout, stderr, status } = spawnSync(python, [script, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, Witnessed>;
}

describe.skipIf(!hasOnnx)(`Exports in Python [${hasOnnx ? 'onnx and onnxruntime are there' : 'no onnx there'}]`, () => {
  it.each(examples.flatMap((name) => Object.keys(forms).map((form) => [name, form] as const)))(
    'ONNX of %s, %s: valid in every part, and computes the same',
    async (name, form) => {
      const { opset = 21, batch: fixed } = forms[form]!;
      const found = await witnessed(`${name}-${form}.onnx`);
      expect(found.error).toBeUndefined();
      expect(found.opset).toBe(opset);
      if (fixed !== undefined) expect(Number(found.batch)).toBe(fixed);
      else expect(found.batch).not.toMatch(/^\d+$/);
      expect(found.difference).toBeLessThan(form.endsWith('alf') ? 1e-2 : 1e-4);
    },
  );

  it.each(examples)('safetensors of %s: every tensor, bit by bit', async (name) => {
    const names = (await exampleTrained(name)).checkpoint.tensors.map((entry) => entry.name);
    expect(await witnessed(`${name}-weights.safetensors`)).toEqual({ tensors: names.sort(), difference: 0 });
  });

  it.skipIf(!hasTorch).each(examples)(
    `PyTorch source of %s computes the same [${hasTorch ? 'torch is there' : 'no torch there'}]`,
    async (name) => {
      const found = await witnessed(`${name}.py`);
      expect(found.error).toBeUndefined();
      expect(found.difference).toBeLessThan(2e-4);
    },
  );
});
