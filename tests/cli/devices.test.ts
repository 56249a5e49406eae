// `descent devices` as the process that users run.
import { beforeAll, expect, test } from 'vitest';
import { buildCommandLine, descent, lastLine } from './descentProcess.js';

beforeAll(buildCommandLine);

test('Devices: --json prints one object with adapters and processors', async () => {
  const outcome = await descent(['devices', '--json'], '');
  expect(outcome.code).toBe(0);
  const { adapters, cpu, reason } = lastLine(outcome) as Record<string, unknown[] | null>;
  expect(cpu).toEqual([
    { backend: 'native', threads: expect.any(Number) as number, reason: null },
    { backend: 'wasm', threads: expect.any(Number) as number, reason: null },
  ]);
  // With or without a GPU: either there is an adapter, or a reason why there is none.
  expect(reason === null).toBe(adapters!.length > 0);
  for (const adapter of adapters!)
    expect(adapter).toMatchObject({
      name: expect.stringMatching(/./) as string,
      kind: expect.stringMatching(/^(discrete|integrated|software|unknown)$/) as string,
      limits: { maxStorageBufferBindingSize: expect.any(Number) as number },
      features: expect.any(Array) as unknown[],
    });
});

test('Devices: as text, a paragraph an adapter and a line a processor', async () => {
  const { code, out } = await descent(['devices'], '');
  expect(code).toBe(0);
  expect(out).toMatch(/^(GPU {2}.+ \(.+\) {2}backend webgpu|No GPU: .+\.)$/m);
  expect(out).toMatch(/^CPU {2}backend native, \d+ threads?$/m);
});
