// A double of a GPUDevice that is handed to onnxruntime: it forwards to the device, owns what onnxruntime makes, and can record.
import { bufferUsage } from '../webgpuConstants.js';
import { doubleOf } from './doubleOf.js';
import { encoderDouble } from './encoderDouble.js';
import type { BoundRange, RecordedRun } from './recordedRun.js';
import { RunRecorder } from './runRecorder.js';
import { programsOf } from './sharedPrograms.js';

/**
 * onnxruntime accepts whatever has GPUDevice's prototype and takes each double for a device of its own, with its own
 * buffers: nothing is shared between sessions but programs, and all is released with the double.
 */
export class DeviceDouble {
  /** What onnxruntime gets. */
  readonly device: GPUDevice;
  private readonly sizes = new Map<GPUBuffer, number>();
  /** Buffers that onnxruntime is done with. It says so before it submits their last use. */
  private readonly released = new Set<GPUBuffer>();
  private readonly access = new WeakMap<GPUBindGroupLayout, ReadonlyMap<number, BoundRange['access']>>();
  private recorder: RunRecorder | undefined;
  private total = 0;

  constructor(private readonly real: GPUDevice) {
    this.device = this.makeDevice();
  }

  /** Bytes of the buffers that onnxruntime holds through this double. */
  get bytesInUse(): number {
    return this.total;
  }

  /** Runs `work`, which runs a session once, and records what it asks of the device. */
  async record(work: () => Promise<void>): Promise<RecordedRun> {
    const recorder = (this.recorder = new RunRecorder());
    try {
      await work();
    } finally {
      this.recorder = undefined;
    }
    return recorder.finish();
  }

  /** Destroys the buffers that onnxruntime has let go of: to be called when a run is over. */
  sweep(): void {
    for (const buffer of this.released) this.destroy(buffer);
    this.released.clear();
  }

  /** Destroys all buffers that were made through the double, when its session is gone. */
  dispose(): void {
    for (const buffer of [...this.sizes.keys()]) this.destroy(buffer);
    this.released.clear();
  }

  private makeDevice(): GPUDevice {
    const { real } = this;
    const programs = programsOf(real);
    const members: Partial<GPUDevice> = {
      queue: this.makeQueue(),
      limits: real.limits,
      features: real.features,
      adapterInfo: real.adapterInfo,
      lost: real.lost,
      label: real.label,
      onuncapturederror: null,
      createBuffer: (descriptor) => this.createBuffer(descriptor),
      createBindGroup: (descriptor) => this.createBindGroup(descriptor),
      createBindGroupLayout: (descriptor) => this.createBindGroupLayout(descriptor),
      createCommandEncoder: (descriptor) => encoderDouble(real.createCommandEncoder(descriptor), this.recorder),
      createPipelineLayout: (descriptor) => programs.pipelineLayout(descriptor),
      createShaderModule: (descriptor) => programs.shaderModule(descriptor),
      createComputePipeline: (descriptor) => real.createComputePipeline(descriptor),
      createComputePipelineAsync: (descriptor) => programs.computePipeline(descriptor),
      createQuerySet: (descriptor) => real.createQuerySet(descriptor),
      pushErrorScope: (filter) => real.pushErrorScope(filter),
      popErrorScope: () => real.popErrorScope(),
      // The device is not onnxruntime's to destroy.
      destroy: () => undefined,
    };
    return doubleOf(real, members);
  }

  private makeQueue(): GPUQueue {
    const { queue } = this.real;
    const members: Partial<GPUQueue> = {
      label: queue.label,
      submit: (buffers) => {
        const all = [...buffers];
        queue.submit(all);
        this.recorder?.noteSubmitted(all);
        this.sweep();
      },
      writeBuffer: (buffer, offset, data, start = 0, size) => {
        // Dawn refuses views of a WebAssembly heap that is shared; onnxruntime gives bytes.
        const view = data as Uint8Array;
        const bytes = view.slice(start, size === undefined ? undefined : start + size);
        queue.writeBuffer(buffer, offset, bytes);
        this.recorder?.noteWrite(buffer, offset, bytes);
      },
      onSubmittedWorkDone: () => queue.onSubmittedWorkDone(),
    };
    return doubleOf(queue, members);
  }

  private createBuffer(descriptor: GPUBufferDescriptor): GPUBuffer {
    const buffer = this.real.createBuffer(descriptor);
    this.sizes.set(buffer, descriptor.size);
    this.total += descriptor.size;
    this.recorder?.noteBuffer(buffer);
    if (descriptor.mappedAtCreation) this.watchMapping(buffer);
    Object.defineProperty(buffer, 'destroy', { value: () => this.released.add(buffer), configurable: true });
    if (descriptor.usage & bufferUsage.mapRead) this.watchReadback(buffer);
    return buffer;
  }

  /** Notes what is written to a buffer that is made for an upload. */
  private watchMapping(buffer: GPUBuffer): void {
    const ranges: [number, ArrayBuffer][] = [];
    override(buffer, 'getMappedRange', (original) => (offset?: number, size?: number) => {
      const range = original(offset, size);
      ranges.push([offset ?? 0, range]);
      return range;
    });
    override(buffer, 'unmap', (original) => () => {
      if (this.recorder)
        for (const [offset, range] of ranges) this.recorder.noteWrite(buffer, offset, new Uint8Array(range.slice(0)));
      ranges.length = 0;
      original();
    });
  }

  private watchReadback(buffer: GPUBuffer): void {
    override(buffer, 'mapAsync', (original) => (mode, offset, size) => {
      this.recorder?.refuse(
        `onnxruntime reads ${buffer.size} bytes back during the run, for a node that it computes on the processor`,
      );
      return original(mode, offset, size);
    });
  }

  private createBindGroupLayout(descriptor: GPUBindGroupLayoutDescriptor): GPUBindGroupLayout {
    const layout = programsOf(this.real).bindGroupLayout(descriptor);
    if (!this.access.has(layout))
      this.access.set(
        layout,
        new Map([...descriptor.entries].map(({ binding, buffer }) => [binding, accessOf(buffer?.type)])),
      );
    return layout;
  }

  private createBindGroup(descriptor: GPUBindGroupDescriptor): GPUBindGroup {
    const group = this.real.createBindGroup(descriptor);
    const access = this.access.get(descriptor.layout);
    if (!this.recorder) return group;
    const ranges: BoundRange[] = [];
    for (const { binding, resource } of descriptor.entries) {
      const bound = rangeOf(resource);
      if (bound) ranges.push({ binding, ...bound, access: access?.get(binding) ?? 'write' });
      else this.recorder.refuse('onnxruntime binds something else than buffers');
    }
    this.recorder.noteBindGroup(group, descriptor, ranges);
    return group;
  }

  private destroy(buffer: GPUBuffer): void {
    const size = this.sizes.get(buffer);
    if (size === undefined) return;
    this.sizes.delete(buffer);
    this.total -= size;
    Reflect.deleteProperty(buffer, 'destroy');
    buffer.destroy();
  }
}

/** Puts a method of one object's own before that of its class. */
function override<K extends 'getMappedRange' | 'unmap' | 'mapAsync'>(
  buffer: GPUBuffer,
  name: K,
  make: (original: GPUBuffer[K]) => GPUBuffer[K],
): void {
  const original = buffer[name].bind(buffer) as GPUBuffer[K];
  Object.defineProperty(buffer, name, { value: make(original), configurable: true });
}

function accessOf(type: GPUBufferBindingType | undefined): BoundRange['access'] {
  if (type === 'storage') return 'write';
  return type === 'read-only-storage' ? 'read' : 'uniform';
}

function rangeOf(resource: GPUBindingResource): Pick<BoundRange, 'buffer' | 'offset' | 'size'> | undefined {
  if (resource instanceof GPUBuffer) return { buffer: resource, offset: 0, size: undefined };
  if (!('buffer' in resource)) return undefined;
  return { buffer: resource.buffer, offset: resource.offset ?? 0, size: resource.size };
}
