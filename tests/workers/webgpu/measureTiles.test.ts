// Tiles of contractions: measured in the plan that uses them, kept with the run.
import { expect, it } from 'vitest';
import { Graph } from '../../../engine/ir/graph.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import type { KernelPlan } from '../../../engine/kernels/kernelPlan.js';
import type { TileTable } from '../../../engine/kernels/tiles.js';
import { Emit } from '../../../engine/ops/emit.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { gpuDriver } from '../../../workers/webgpu/gpuDriver.js';
import { favourite, measureTiles } from '../../../workers/webgpu/measureTiles.js';
import { rings, trainHere } from '../rings.js';
import { describeOnGpu } from './testDevice.js';

it('The favourite is the fastest, unless the first is about as fast', () => {
  expect(favourite(['a', 'b', 'c'], [1, 0.97, 1.2])).toBe('a');
  expect(favourite(['a', 'b', 'c'], [1, 0.9, 0.8])).toBe('c');
});

function productGraph(): Graph {
  const emit = new Emit(new Graph('product'));
  const x = emit.input('x', 'float32', [48, 96]);
  const y = emit.matMul(x, emit.input('w', 'float32', [96, 64]));
  y.name = 'y';
  emit.output(y);
  return emit.graph;
}

describeOnGpu('Measuring tiles', (device) => {
  const compile = (tiles: TileTable): KernelPlan => compileKernels(productGraph(), { target: device.target, tiles });

  it('tries the candidates of each contraction once, and leaves no memory behind', async (test) => {
    test.skip(!device.device.features.has('timestamp-query'), 'the adapter tells no times');
    const before = device.memory.bytesInUse;
    const tunings = compile({}).commands.flatMap((command) =>
      command.kind === 'kernel' && command.tuning ? [command.tuning] : [],
    );
    expect(tunings.length).toBeGreaterThan(0);
    const found = await measureTiles(device, compile, {});
    for (const { key, candidates } of tunings) expect(candidates).toContain(found[key]);
    expect(await measureTiles(device, compile, found)).toEqual({});
    expect(device.memory.bytesInUse).toBe(before);
  });

  it('a run goes on with the tiles that it was begun with', async () => {
    const driver = gpuDriver({ device: () => Promise.resolve(device), backend: ortNative });
    const data = rings({ epochs: 1 });
    const { checkpoint } = (await trainHere(data, { driver })).last('checkpoint');
    const tiled = { ...checkpoint.trainer, lowerings: { 'tile|some contraction': 'direct 1x1 1x4x1 1 1' } };
    const again = await trainHere(rings({ epochs: 2 }), { driver, resume: { ...checkpoint, trainer: tiled } });
    expect(again.last('checkpoint').checkpoint.trainer.lowerings).toHaveProperty(
      'tile|some contraction',
      'direct 1x1 1x4x1 1 1',
    );
  });
});
