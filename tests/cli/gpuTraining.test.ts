// Training on WebGPU from the command line, as processes: train, stop, go on, evaluate; and what `auto` decides.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasGpu } from '../workers/webgpu/testDevice.js';
import { buildCommandLine, descent, jsonLines, lastLine, start } from './descentProcess.js';

let shared: string;

beforeAll(async () => {
  buildCommandLine();
  shared = await mkdtemp(join(tmpdir(), 'descent-gpu-'));
}, 120_000);

afterAll(() => rm(shared, { recursive: true, force: true }));

const workspace = (): string => join(shared, 'w');

const training = ['train', 'penguins', '--backend', 'webgpu', '--epochs', '40', '--json'];

describe.skipIf(!hasGpu)('Training on WebGPU [needs a GPU]', () => {
  test('trains, and stops and goes on to the same numbers', async () => {
    const whole = await descent(training, workspace());
    expect(whole.code, whole.err).toBe(0);
    const started = jsonLines(whole.out).find(({ type }) => type === 'started')!;
    expect(started).toMatchObject({ backend: 'webgpu' });
    expect(started).not.toHaveProperty('notes');
    const first = start(training, workspace());
    const { run } = await first.until(({ type }) => type === 'epoch');
    first.child.kill('SIGINT');
    const stopped = await first.ended;
    expect(lastLine(stopped)).toMatchObject({ run, status: 'interrupted' });
    const second = await descent(['resume', String(run), '--json'], workspace());
    expect(second.code, second.err).toBe(0);
    expect(lastLine(second).metrics).toEqual(lastLine(whole).metrics);
    const evaluated = await descent(['eval', String(run), '--json'], workspace());
    expect(evaluated.code, evaluated.err).toBe(0);
    const { test_accuracy: accuracy } = lastLine(evaluated).metrics as Record<string, number>;
    expect(accuracy).toBe((lastLine(whole).metrics as Record<string, number>).test_accuracy);
  }, 180_000);

  test('a software adapter is never picked by itself', async () => {
    const outcome = await descent(['train', 'penguins', '--epochs', '1', '--json'], workspace());
    expect(outcome.code, outcome.err).toBe(0);
    const { backend, reason } = jsonLines(outcome.out).find(({ type }) => type === 'started')!;
    const devices = lastLine(await descent(['devices', '--json'], workspace())) as {
      adapters: readonly { readonly kind: string }[];
    };
    if (devices.adapters[0]?.kind !== 'software') expect(reason).toMatch(/(webgpu|native): .+ ms a step/);
    else {
      expect(backend).toBe('native');
      expect(reason).toMatch(/^native: (there is no GPU|the only GPU is .+, which computes on the processor)/);
    }
  }, 60_000);
});
