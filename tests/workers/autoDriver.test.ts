// Which backend `auto` picks, and what it says about it.
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { pickFastest, type Candidate } from '../../workers/autoDriver.js';
import type { DriverRequest, MakeDriver, StepDriver, StepReport } from '../../workers/stepDriver.js';
import { rings, trainHere } from './rings.js';

async function requestOf(): Promise<DriverRequest> {
  let asked: DriverRequest | undefined;
  const driver: MakeDriver = (request) => {
    asked = request;
    return Promise.reject(new EngineError('test.seen', 'The request has been seen.'));
  };
  await expect(trainHere(rings(), { driver })).rejects.toThrow('seen');
  return asked!;
}

const refused = (name: string): Candidate => ({
  name,
  make: () => Promise.reject(new EngineError('gpu.outOfMemory', 'GPU memory: it is too small.')),
});

/** Steps that keep the processor busy for a while each, in chunks. */
function busy(name: string, milliseconds: number, chunk: number, log: string[]): Candidate {
  const make: MakeDriver = ({ step: done }) => {
    let step = done;
    const take = (last: number): StepReport[] => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
      const count = Math.min(chunk, last - step);
      return Array.from({ length: count }, () => ({ step: ++step, loss: 1, filled: 1 }));
    };
    const driver: Partial<StepDriver> = {
      advance: (last) => Promise.resolve(take(last)),
      settle: () => Promise.resolve([]),
      dispose: () => Promise.resolve(void log.push(`${name} is disposed of after ${step > 0}`)),
    };
    return Promise.resolve(driver as StepDriver);
  };
  return { name, make };
}

describe('auto', () => {
  it('measures a few steps on each, picks the fastest, says why and keeps the times', async () => {
    const log: string[] = [];
    const kept: Record<string, number>[] = [];
    const candidates = [busy('native', 8, 1, log), busy('webgpu', 4, 4, log)];
    const picked = await pickFastest(candidates, await requestOf(), { keep: (times) => kept.push({ ...times }) });
    expect(picked.candidate.name).toBe('webgpu');
    expect(picked.reason).toMatch(/^webgpu: [\d.]+ ms a step, native [\d.]+ ms$/);
    expect(kept).toHaveLength(1);
    expect(kept[0]!.native).toBeGreaterThanOrEqual(8);
    expect(kept[0]!.webgpu).toBeLessThan(8);
    expect(log).toEqual(['native is disposed of after true', 'webgpu is disposed of after true']);
  });

  it('goes by what was measured before', async () => {
    const known = { native: 18.44, webgpu: 3.104 };
    const candidates = [refused('native'), refused('webgpu')];
    const picked = await pickFastest(candidates, await requestOf(), { known, keep: () => undefined });
    expect(picked).toEqual({ candidate: candidates[1], reason: 'webgpu: 3.1 ms a step, native 18 ms' });
  });

  it('leaves out what cannot run the model, and says so', async () => {
    const candidates = [busy('native', 1, 1, []), refused('webgpu')];
    const picked = await pickFastest(candidates, await requestOf(), { keep: () => undefined });
    expect(picked.candidate.name).toBe('native');
    expect(picked.reason).toMatch(/^native: [\d.]+ ms a step, webgpu cannot: GPU memory: it is too small\.$/);
    const both = pickFastest([refused('native'), refused('webgpu')], await requestOf(), { keep: () => undefined });
    await expect(both).rejects.toThrow('too small');
  });
});
