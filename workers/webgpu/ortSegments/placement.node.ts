// Which execution provider each node of a model gets, read from what onnxruntime writes while it opens a session.
import fs from 'node:fs';
import type { OpenDevice } from '../device.js';
import { DeviceDouble } from './deviceDouble.js';
import { inTurn, loadOnnxruntime, openSession } from './onnxruntime.js';

export interface PlacedNode {
  /** Empty, like the name, when all nodes have one place: onnxruntime does not list them then. */
  readonly type: string;
  /** As in the model; fused nodes have names of onnxruntime's making. */
  readonly name: string;
  readonly onGpu: boolean;
}

/**
 * The nodes that are left of a model after onnxruntime's own rewriting, with their places.
 * @throws EngineError `gpu.session` when onnxruntime does not load the model
 */
export async function placementOf(device: OpenDevice, model: Uint8Array): Promise<PlacedNode[]> {
  const onnxruntime = await loadOnnxruntime();
  const double = new DeviceDouble(device.device);
  try {
    return await inTurn(async () => {
      const lines = await capture(async () => {
        const session = await openSession(onnxruntime, double.device, model, { cache: 'disabled', verbose: true });
        await session.release();
      });
      return parsePlacement(lines);
    });
  } finally {
    double.dispose();
  }
}

/** onnxruntime's WebAssembly writes to the process's standard files by `fs.writeSync`, and so past `console`. */
async function capture(work: () => Promise<void>): Promise<string[]> {
  const original = fs.writeSync;
  const lines: string[] = [];
  const intercept = (file: number, text: string | NodeJS.ArrayBufferView, ...rest: readonly unknown[]): number => {
    if (file > 2 || typeof text !== 'string') return (original as (...given: unknown[]) => number)(file, text, ...rest);
    lines.push(...text.split('\n').filter((line) => line.includes('VerifyEachNodeIsAssignedToAnEp')));
    return text.length;
  };
  fs.writeSync = intercept;
  try {
    await work();
  } finally {
    fs.writeSync = original;
  }
  return lines;
}

/**
 * «Node(s) placed on [Provider]. Number of nodes: 2», then one line a node: «Type (name)»; or «All nodes placed on …», and
 * no further line.
 */
function parsePlacement(lines: readonly string[]): PlacedNode[] {
  const nodes: PlacedNode[] = [];
  let onGpu = false;
  for (const line of lines) {
    const [, which, provider, count] = /(All n|N)ode\S* placed on \[(\w+)\]\. Number of nodes: (\d+)/.exec(line) ?? [];
    if (provider !== undefined) {
      onGpu = provider === 'WebGpuExecutionProvider';
      if (which === 'All n')
        for (let index = 0; index < Number(count); index++) nodes.push({ type: '', name: '', onGpu });
    } else {
      const [, type, name] = /AssignedToAnEp\]\s+(\S+) \((.*)\)/.exec(line) ?? [];
      if (type !== undefined) nodes.push({ type, name: name!, onGpu });
    }
  }
  return nodes;
}
