// Holds a replay against an ordinary run on the same inputs: outputs must agree bit for bit.
import type { SessionCommand, SessionPort } from '../../../engine/kernels/kernelPlan.js';
import { storageOf } from '../../../engine/kernels/kernelPlan.js';
import type { OpenDevice } from '../device.js';
import { bufferUsage, mapModeRead, planBufferUsage } from '../webgpuConstants.js';
import { plannedBytes } from './border.js';
import { bindKernel, type BoundKernel } from './elementKernels.js';

/** A quiet NaN that no computation gives: memory that a replay must not read. */
const poison = '0x7fc0deadu';

/** What a segment's inputs and outputs hold while it is tried out. */
export class Trial {
  private constructor(
    private readonly device: OpenDevice,
    private readonly ports: { readonly inputs: readonly GPUBuffer[]; readonly outputs: readonly GPUBuffer[] },
    private readonly sizes: { readonly inputs: readonly number[]; readonly outputs: readonly number[] },
    /** Copies of what the inputs held, and of the outputs of an ordinary run. */
    private readonly kept: { readonly inputs: readonly GPUBuffer[]; readonly outputs: readonly GPUBuffer[] },
    private readonly command: SessionCommand,
  ) {}

  /** Sets aside what the inputs hold. */
  static async of(device: OpenDevice, command: SessionCommand, buffers: readonly GPUBuffer[]): Promise<Trial> {
    const of = (list: readonly SessionPort[]): GPUBuffer[] => list.map(({ buffer }) => buffers[buffer]!);
    const keep = (list: readonly SessionPort[]): Promise<GPUBuffer[]> =>
      device.memory.allocate(
        list.map((port) => ({ label: `${port.name}, set aside`, bytes: plannedBytes(port), usage: planBufferUsage })),
      );
    const kept = { inputs: await keep(command.inputs), outputs: await keep(command.outputs) };
    const ports = { inputs: of(command.inputs), outputs: of(command.outputs) };
    const sizes = { inputs: command.inputs.map(plannedBytes), outputs: command.outputs.map(plannedBytes) };
    const trial = new Trial(device, ports, sizes, kept, command);
    trial.copy(ports.inputs, kept.inputs, sizes.inputs);
    return trial;
  }

  /** Fills the inputs with numbers that kernels can tell apart: floats between 0.05 and 1, small integers, truth values. */
  async fillInputs(seed: number): Promise<void> {
    const kernels: BoundKernel[] = [];
    for (const [index, port] of this.command.inputs.entries()) {
      const words = this.sizes.inputs[index]! / 4;
      kernels.push(await this.fill(this.ports.inputs[index]!, words, valueOf(port, seed + index)));
    }
    this.dispatch(kernels);
  }

  /** Overwrites memory whose contents must not matter. */
  async poison(scratch: readonly GPUBuffer[]): Promise<void> {
    const outputs = this.ports.outputs.map((buffer, index) => [buffer, this.sizes.outputs[index]! / 4] as const);
    const inputs = new Set(this.ports.inputs);
    const all = [...outputs.filter(([buffer]) => !inputs.has(buffer)), ...scratch.map((b) => [b, b.size / 4] as const)];
    const kernels: BoundKernel[] = [];
    for (const [buffer, words] of all) kernels.push(await this.fill(buffer, words, poison));
    this.dispatch(kernels);
  }

  keepOutputs(): void {
    this.copy(this.ports.outputs, this.kept.outputs, this.sizes.outputs);
  }

  /** How many words of the outputs differ from those that were kept. */
  async differences(): Promise<number> {
    const [count, staging] = await this.device.memory.allocate([
      { label: 'differences', bytes: 4, usage: planBufferUsage },
      { label: 'differences', bytes: 4, usage: bufferUsage.mapRead | bufferUsage.copyDestination },
    ]);
    try {
      const kernels: BoundKernel[] = [];
      for (const [index, buffer] of this.ports.outputs.entries())
        kernels.push(await this.compare(buffer, this.kept.outputs[index]!, this.sizes.outputs[index]! / 4, count!));
      this.dispatch(kernels);
      const encoder = this.device.device.createCommandEncoder();
      encoder.copyBufferToBuffer(count!, 0, staging!, 0, 4);
      this.device.submit(encoder);
      await this.device.settled(staging!.mapAsync(mapModeRead));
      return new Uint32Array(staging!.getMappedRange())[0]!;
    } finally {
      this.device.memory.release([count!, staging!]);
    }
  }

  /** Puts back what the inputs held. */
  dispose(): void {
    this.copy(this.kept.inputs, this.ports.inputs, this.sizes.inputs);
    this.device.memory.release([...this.kept.inputs, ...this.kept.outputs]);
  }

  private copy(from: readonly GPUBuffer[], to: readonly GPUBuffer[], sizes: readonly number[]): void {
    const encoder = this.device.device.createCommandEncoder();
    from.forEach((buffer, index) => encoder.copyBufferToBuffer(buffer, 0, to[index]!, 0, sizes[index]));
    this.device.submit(encoder);
  }

  private dispatch(kernels: readonly BoundKernel[]): void {
    const encoder = this.device.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const kernel of kernels) kernel.encode(pass);
    pass.end();
    this.device.submit(encoder);
  }

  private fill(buffer: GPUBuffer, words: number, value: string): Promise<BoundKernel> {
    const source = {
      label: 'fill',
      count: words,
      bindings: [['read_write', 'u32']] as const,
      body: `b0[i] = ${value};`,
    };
    return bindKernel(this.device, source, [buffer]);
  }

  private compare(left: GPUBuffer, right: GPUBuffer, words: number, count: GPUBuffer): Promise<BoundKernel> {
    const bindings = [
      ['read', 'u32'],
      ['read', 'u32'],
      ['read_write', 'atomic<u32>'],
    ] as const;
    const body = 'if (b0[i] != b1[i]) { atomicAdd(&b2[0], 1u); }';
    return bindKernel(this.device, { label: 'compare', count: words, bindings, body }, [left, right, count]);
  }
}

/** A word for element `i` of an input (float16: for two elements). */
function valueOf({ dtype }: SessionPort, seed: number): string {
  const hash = `((i * 2654435761u + ${seed * 40503}u) ^ (((i + ${seed}u) * 2246822519u) >> 7u))`;
  const unit = `(0.05 + 0.95 * f32((${hash} >> 9u) & 8191u) / 8192.0)`;
  const storage = storageOf(dtype);
  if (storage === 'f32') return `bitcast<u32>(${unit})`;
  if (storage === 'f16') return `pack2x16float(vec2(${unit}, 0.5 * ${unit}))`;
  return dtype === 'bool' ? `(${hash} >> 9u) & 1u` : `(${hash} >> 9u) % 3u`;
}
