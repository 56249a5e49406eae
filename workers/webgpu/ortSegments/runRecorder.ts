// Listens to the WebGPU calls of one run and turns them into data; says why when they cannot be replayed.
import type {
  BoundRange,
  RecordedBindGroup,
  RecordedClear,
  RecordedCommand,
  RecordedCopy,
  RecordedDispatch,
  RecordedRun,
} from './recordedRun.js';

export type EncodedCommand = RecordedDispatch | RecordedCopy | RecordedClear;

export class RunRecorder {
  private readonly commands: RecordedCommand[] = [];
  private readonly made = new Set<GPUBuffer>();
  private readonly groups = new WeakMap<GPUBindGroup, RecordedBindGroup>();
  private readonly encoded = new WeakMap<GPUCommandBuffer, readonly EncodedCommand[]>();
  /** What the host wrote; an array is replaced when it changes, so that commands may hold on to it. */
  private readonly contents = new Map<GPUBuffer, Uint8Array<ArrayBuffer>>();
  private readonly computed = new Set<GPUBuffer>();
  private refusal: string | undefined;

  refuse(why: string): void {
    this.refusal ??= why;
  }

  noteBuffer(buffer: GPUBuffer): void {
    this.made.add(buffer);
  }

  noteWrite(buffer: GPUBuffer, offset: number, data: Uint8Array): void {
    const whole = offset === 0 && data.byteLength === buffer.size;
    const before = this.contents.get(buffer);
    if (!whole && !before && !this.made.has(buffer))
      this.refuse('onnxruntime rewrites a part of a buffer that it keeps between runs');
    const now = before?.slice() ?? new Uint8Array(buffer.size);
    now.set(data, offset);
    this.contents.set(buffer, now);
  }

  noteBindGroup(
    group: GPUBindGroup,
    { layout, label = '' }: GPUBindGroupDescriptor,
    ranges: readonly BoundRange[],
  ): void {
    this.groups.set(group, { label, layout, ranges });
  }

  bindGroup(group: GPUBindGroup): RecordedBindGroup | undefined {
    return this.groups.get(group);
  }

  noteEncoded(buffer: GPUCommandBuffer, commands: readonly EncodedCommand[]): void {
    this.encoded.set(buffer, commands);
  }

  noteSubmitted(buffers: Iterable<GPUCommandBuffer>): void {
    for (const buffer of buffers) {
      const commands = this.encoded.get(buffer);
      if (!commands) this.refuse('onnxruntime submits commands that it encoded before the run');
      for (const command of commands ?? []) this.append(command);
    }
  }

  finish(): RecordedRun {
    for (const buffer of this.contents.keys())
      if (this.computed.has(buffer)) this.refuse('onnxruntime writes to one buffer on the host and on the GPU');
    return { commands: this.commands, made: this.made, refusal: this.refusal };
  }

  private append(command: EncodedCommand): void {
    const host = new Map<GPUBuffer, Uint8Array<ArrayBuffer>>();
    for (const buffer of readBy(command)) {
      const bytes = this.contents.get(buffer);
      if (bytes) host.set(buffer, bytes);
    }
    writtenBy(command).forEach((buffer) => this.computed.add(buffer));
    this.commands.push({ ...command, host });
  }
}

/** Buffers whose contents a command takes. */
export function readBy(command: EncodedCommand): GPUBuffer[] {
  if (command.kind === 'clear') return [];
  if (command.kind === 'copy') return [command.from];
  const bound = command.groups.flatMap(({ ranges }) => ranges.map(({ buffer }) => buffer));
  return 'buffer' in command.workgroups ? [...bound, command.workgroups.buffer] : bound;
}

/** Buffers that a command may change. */
export function writtenBy(command: EncodedCommand): GPUBuffer[] {
  if (command.kind === 'clear') return [command.buffer];
  if (command.kind === 'copy') return [command.to];
  return command.groups.flatMap(({ ranges }) =>
    ranges.filter(({ access }) => access === 'write').map(({ buffer }) => buffer),
  );
}
