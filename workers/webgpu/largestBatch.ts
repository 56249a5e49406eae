// Says, where a training does not fit a GPU, which batch would: by the sizes of the buffers that smaller batches need.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { KernelTarget } from '../../engine/kernels/compileOptions.js';
import { largestFitting, planMemory, sessionBytes } from '../../engine/kernels/planMemory.js';
import { sizeOf } from '../../engine/ir/shape.js';
import { runPasses } from '../../engine/passes/runPasses.js';
import { phasesOf } from '../../engine/training/checkTraining.js';
import { trainPhase } from '../../engine/training/supervised.js';
import type { DriverRequest } from '../stepDriver.js';
import type { OpenDevice } from './device.js';
import { compileForGpu, phaseNamed, trainingRequest } from './gpuProgram.js';
import { planPhase } from './gpuPhase.js';
import { bufferUsage } from './webgpuConstants.js';

/** What a device gives. */
export interface MemoryRoom {
  /** Of all buffers together. */
  readonly bytes: number;
  /** Of one buffer. */
  readonly largestBuffer: number;
}

/** The error with the advice added, where it is about memory; any other as it is. */
export async function withLargestBatch(error: unknown, opened: OpenDevice, request: DriverRequest): Promise<unknown> {
  if (!(error instanceof EngineError) || error.code !== 'gpu.outOfMemory') return error;
  const { batchSize } = request.plan.options;
  const { maxBufferSize, maxStorageBufferBindingSize } = opened.device.limits;
  const largestBuffer = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const needed = stepMemory(request, opened.target, batchSize);
  // Where one buffer is too large, the sum says nothing.
  const bytes = needed.largest > largestBuffer ? Infinity : await freeBytes(opened, needed.total);
  const batch = largestBatch(request, opened.target, { bytes, largestBuffer });
  const said = error.message.replace(/ Use a smaller batch or a smaller model\.$/, '');
  const advice =
    batch === 0
      ? 'Not even a batch of 1 fits: use a smaller model.'
      : `The largest batch that fits is ${batch}: use \`--batch ${batch}\`.`;
  return new EngineError(error.code, `${said} Training with a batch of ${batchSize} does not fit. ${advice}`);
}

/** The largest batch below the request's whose step fits; 0 when none does. Compiles about log₂(batch) steps, runs none. */
export function largestBatch(request: DriverRequest, target: KernelTarget, room: MemoryRoom): number {
  return largestFitting(request.plan.options.batchSize - 1, (batch) => {
    const { total, largest } = stepMemory(request, target, batch);
    return total <= room.bytes && largest <= room.largestBuffer;
  });
}

/** Bytes of the buffers of a training step at a batch size, state included, and of the largest of them. */
export function stepMemory(
  request: DriverRequest,
  target: KernelTarget,
  batchSize: number,
): { readonly total: number; readonly largest: number } {
  const data = { ...request.data, settings: { ...request.data.settings, batch: batchSize } };
  const { program } = compileForGpu(phasesOf(data, 1));
  const step = phaseNamed(program, trainPhase);
  runPasses(step.graph);
  const { plan } = planPhase({ ...trainingRequest(program, request), batchSize }, target);
  const { total, largest } = planMemory(plan);
  const unused = program.entries.filter(({ name }) => !plan.buffers.some(({ label }) => label === `state/${name}`));
  const rest = unused.reduce((sum, { shape }) => sum + sizeOf(shape) * 4, 0);
  return { total: total + sessionBytes(plan) + rest, largest };
}

/** How much of `most` bytes can be allocated beside what is in use: tried in pieces, and given back. */
async function freeBytes({ device, memory }: OpenDevice, most: number): Promise<number> {
  const held: GPUBuffer[] = [];
  let total = 0;
  const usage = bufferUsage.storage | bufferUsage.copyDestination;
  for (let bytes = Math.min(device.limits.maxBufferSize, largestPiece); bytes >= smallestPiece && total < most;) {
    const got = await memory.allocate([{ label: 'probe', bytes, usage }]).catch(() => undefined);
    if (got) {
      held.push(...got);
      total += bytes;
    } else bytes = Math.floor(bytes / 8) * 4;
  }
  memory.release(held);
  return Math.min(total, most);
}

const largestPiece = 2 ** 28;
const smallestPiece = 2 ** 20;
