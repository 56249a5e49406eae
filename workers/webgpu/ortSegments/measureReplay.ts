// What a step costs the processor: replayed, and run by onnxruntime.
import type { OpenDevice } from '../device.js';
import type { Segment } from '../sessionSegment.js';

export interface ReplayCost {
  readonly dispatches: number;
  /** Medians a step until all is handed to the GPU, which is idle before and not waited for. */
  readonly replayMilliseconds: number;
  readonly ordinaryMilliseconds: number;
}

/**
 * Times `steps` replays and as many ordinary runs of a recorded segment in turn.
 * @throws EngineError `gpu.notRecorded` when there is no recording to replay
 */
export async function measureReplay(device: OpenDevice, segment: Segment, steps = 9): Promise<ReplayCost> {
  const replays: number[] = [];
  const runs: number[] = [];
  for (let step = 0; step < steps; step++) {
    replays.push(
      await timed(device, () => {
        const encoder = device.device.createCommandEncoder();
        segment.encode(encoder);
        device.device.queue.submit([encoder.finish()]);
      }),
    );
    runs.push(await timed(device, () => segment.runOrdinary()));
  }
  return {
    dispatches: segment.dispatches,
    replayMilliseconds: median(replays),
    ordinaryMilliseconds: median(runs),
  };
}

async function timed(device: OpenDevice, work: () => void | Promise<void>): Promise<number> {
  await device.finish();
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)]!;
}
