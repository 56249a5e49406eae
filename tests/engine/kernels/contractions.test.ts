// How contractions are recognised among reductions, and the tiles that are proposed for them.
import { describe, expect, it } from 'vitest';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import { leastLimits, type KernelTarget } from '../../../engine/kernels/compileOptions.js';
import type { KernelCommand } from '../../../engine/kernels/kernelPlan.js';
import { parseTile, printTile, threadsOf } from '../../../engine/kernels/tiles.js';
import { Emit } from '../../../engine/ops/emit.js';

const software: KernelTarget = { limits: leastLimits, features: { f16: false, subgroups: false }, software: true };
const hardware: KernelTarget = { ...software, software: false };

type Build = (emit: Emit) => Value | Value[];

function kernelsOf(build: Build, target = software, tiles = {}): KernelCommand[] {
  const graph = new Graph('contraction');
  graph.outputs = [build(new Emit(graph))].flat();
  return compileKernels(graph, { target, tiles }).commands.filter((command) => command.kind === 'kernel');
}

const keysOf = (build: Build): (string | undefined)[] => kernelsOf(build).map(({ tuning }) => tuning?.key);

const candidatesOf = (build: Build, target: KernelTarget): readonly string[] =>
  kernelsOf(build, target)[0]!.tuning!.candidates;

const product: Build = (emit) =>
  emit.matMul(emit.input('a', 'float32', [300, 70]), emit.input('b', 'float32', [70, 200]));

describe('contractions', () => {
  it('are products of factors with rows and columns of their own', () => {
    expect(keysOf(product)).toEqual(['contraction 1 300x200x70 tn 1f32 1']);
  });

  it('see how a transposed factor lies in memory', () => {
    const key = keysOf((emit) =>
      emit.matMul(
        emit.transpose(emit.input('a', 'float32', [70, 30]), [1, 0]),
        emit.transpose(emit.input('b', 'float32', [20, 70]), [1, 0]),
      ),
    );
    expect(key).toEqual(['contraction 1 30x20x70 nt 1f32 1']);
  });

  it('take batches from axes that both factors have', () => {
    const key = keysOf((emit) =>
      emit.matMul(emit.input('a', 'float32', [2, 3, 30, 8]), emit.input('b', 'float32', [2, 3, 8, 20])),
    );
    expect(key).toEqual(['contraction 6 30x20x8 tn 1f32 1']);
  });

  it('are convolutions, whose images and places are columns', () => {
    const key = keysOf((emit) =>
      emit.node('Conv', [emit.input('x', 'float32', [2, 8, 10, 10]), emit.input('w', 'float32', [16, 8, 3, 3])], {
        pads: [1, 1, 1, 1],
      }),
    );
    expect(key).toEqual(['contraction 1 16x200x8x3?x3? tn 1f32 1']);
  });

  it('of one form are computed together: the gates of a cell, cut from one product', () => {
    const keys = keysOf((emit) => {
      const gates = emit.matMul(emit.input('a', 'float32', [8, 32]), emit.input('w', 'float32', [32, 48]));
      const gate = (at: number): Value => emit.slice(gates, [24 * at], [24 * (at + 1)], [1]);
      return emit.mul(emit.node('Sigmoid', [gate(0)]), emit.node('Tanh', [gate(1)]));
    });
    expect(keys).toEqual(['contraction 1 8x24x32 tn 2f32 3']);
  });

  it('are no sums over a single row', () => {
    const key = keysOf((emit) =>
      emit.matMul(emit.input('a', 'float32', [1, 70]), emit.input('b', 'float32', [70, 200])),
    );
    expect(key).toEqual([undefined]);
  });
});

describe('tiles', () => {
  const key = 'contraction 1 300x200x70 tn 1f32 1';

  it('keep within what the adapter grants', () => {
    for (const text of candidatesOf(product, hardware)) {
      const tile = parseTile(text)!;
      expect(printTile(tile)).toBe(text);
      expect(threadsOf(tile)).toBeLessThanOrEqual(leastLimits.maxComputeInvocationsPerWorkgroup);
      for (const { code } of kernelsOf(product, hardware, { [key]: text }))
        expect(workgroupBytes(code)).toBeLessThanOrEqual(leastLimits.maxComputeWorkgroupStorageSize);
    }
  });

  it('are as many as an emulated GPU has time to measure', () => {
    expect(candidatesOf(product, software).length).toBeLessThanOrEqual(3);
  });

  it('come from the table where it knows the contraction', () => {
    const [kernel] = kernelsOf(product, software, { [key]: 'direct 1x1 1x64x1 1 1' });
    expect(kernel!.code).toContain('@workgroup_size(64, 1, 1)');
    expect(kernel!.workgroups).toEqual([1200, 1, 1]);
  });

  it('in slices need a second kernel', () => {
    const kernels = kernelsOf(product, software, { [key]: 'direct 4x4 1x16x1 1 2' });
    expect(kernels.map(({ tuning }) => tuning?.key)).toEqual([key, key]);
  });

  it('are refused where their text is none', () => {
    expect(parseTile('direct 0x4 1x4x1 1 1')).toBeUndefined();
    expect(parseTile('square 4x4')).toBeUndefined();
  });
});

function workgroupBytes(code: string): number {
  const sizes = [...code.matchAll(/var<workgroup> \w+: array<f32, (\d+)>/g)].map(([, count]) => 4 * Number(count));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
