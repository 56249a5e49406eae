// An open GPU: its device with the highest useful limits, what became of it, and what is shared by all that runs on it.
import type { KernelLimits, KernelTarget } from '../../engine/kernels/compileOptions.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { AdapterReport } from '../../contract/jobs.js';
import { reportOf } from './deviceReport.js';
import { GpuMemory } from './gpuMemory.js';
import { Pipelines } from './pipelines.js';

/** Asked for at their highest; the others keep WebGPU's guaranteed values. */
const raisedLimits = [
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
  'maxBindingsPerBindGroup',
  'maxUniformBufferBindingSize',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Used where the adapter has them. */
const wantedFeatures: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

export interface DeviceOptions {
  readonly powerPreference?: GPUPowerPreference;
  /** Features to do without, so that tests cover kernels for adapters that lack them. */
  readonly without?: readonly GPUFeatureName[];
}

/** A GPUDevice and what all plans on it share. */
export class OpenDevice {
  readonly memory: GpuMemory;
  readonly pipelines: Pipelines;
  readonly report: AdapterReport;
  readonly target: KernelTarget;
  /** Resolves when the device is lost or closed, never rejects. */
  readonly lost: Promise<EngineError>;
  private readonly faults: EngineError[] = [];
  private loss: EngineError | undefined;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly adapter: GPUAdapter,
    readonly device: GPUDevice,
  ) {
    this.report = reportOf(adapter);
    this.target = targetOf(device, this.report);
    this.memory = new GpuMemory(device);
    this.pipelines = new Pipelines(device);
    this.lost = device.lost.then((info) => (this.loss = lossOf(this.report.name, info)));
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      this.faults.push(faultFrom(event.error, 'device'));
    });
  }

  /** @throws EngineError `gpu.none` without an adapter, `gpu.refused` when it gives no device */
  static async request(gpu: GPU, options: DeviceOptions = {}): Promise<OpenDevice> {
    const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? 'high-performance' });
    if (!adapter) throw new EngineError('gpu.none', 'GPU: WebGPU found no adapter on this computer.');
    const limits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
    const features = wantedFeatures.filter((name) => adapter.features.has(name) && !options.without?.includes(name));
    try {
      return new OpenDevice(
        adapter,
        await adapter.requestDevice({ requiredLimits: limits, requiredFeatures: features }),
      );
    } catch (error) {
      const told = error instanceof Error ? error.message : String(error);
      throw new EngineError('gpu.refused', `GPU '${reportOf(adapter).name}': it gave no device: ${told}`);
    }
  }

  /** Hands commands to the GPU; their faults come with the next `check`, or `finish`. */
  submit(...encoders: readonly GPUCommandEncoder[]): void {
    this.capture('submission', () => this.device.queue.submit(encoders.map((encoder) => encoder.finish())));
  }

  /** Runs WebGPU calls, synchronously; faults that they cause are kept under the name of `what` for the next `check`. */
  capture<T>(what: string, work: () => T): T {
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    try {
      return work();
    } finally {
      for (const scope of [this.device.popErrorScope(), this.device.popErrorScope()])
        this.keep(
          what,
          // A device that is lost has no scopes any more; the loss says all.
          scope.catch(() => null),
        );
    }
  }

  /** Waits until all that was submitted is done. @throws as `check` does */
  async finish(): Promise<void> {
    await this.settled(this.device.queue.onSubmittedWorkDone());
  }

  /** Waits for something that the device does and then checks that the device is well. */
  async settled<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      await this.scopesClosed();
      this.check();
      return result;
    } catch (error) {
      if (error instanceof EngineError) throw error;
      // The loss is told a little after the work is refused.
      await this.scopesClosed();
      if (isAbort(error)) await Promise.race([this.lost, this.device.queue.onSubmittedWorkDone().catch(() => null)]);
      this.check();
      throw error;
    }
  }

  /**
   * @throws EngineError of what went wrong since the last check: `gpu.lost`, `gpu.outOfMemory`, `gpu.validation`, `gpu.internal`.
   * Numbers that were computed since then must not be used.
   */
  check(): void {
    if (this.loss) throw this.loss;
    const [first, ...others] = this.faults.splice(0);
    if (!first) return;
    throw new EngineError(
      first.code,
      first.message,
      {},
      others.map(({ code, message }) => ({ code, message, severity: 'error', place: {} })),
    );
  }

  /** Runs `work` when all earlier exclusive work is done: onnxruntime does one thing at a time. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** Destroys the device and all of its buffers; work in flight rejects with `gpu.lost`. */
  async close(): Promise<void> {
    this.device.destroy();
    await this.lost;
  }

  private readonly openScopes = new Set<Promise<void>>();

  private keep(what: string, scope: Promise<GPUError | null>): void {
    const told = scope.then((error) => {
      if (error) this.faults.push(faultFrom(error, what));
      this.openScopes.delete(told);
    });
    this.openScopes.add(told);
  }

  private async scopesClosed(): Promise<void> {
    await Promise.all(this.openScopes);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'OperationError');
}

function lossOf(name: string, { reason, message }: GPUDeviceLostInfo): EngineError {
  const how = reason === 'destroyed' ? 'was closed' : 'was lost';
  return new EngineError('gpu.lost', `GPU '${name}': the device ${how}: ${message || 'the driver gave no reason'}`);
}

function faultFrom(error: GPUError, what: string): EngineError {
  const kind = error.constructor.name;
  const code =
    kind === 'GPUOutOfMemoryError'
      ? 'gpu.outOfMemory'
      : kind === 'GPUValidationError'
        ? 'gpu.validation'
        : 'gpu.internal';
  const told = error.message.trim() || 'out of memory';
  return new EngineError(code, `GPU, ${what}: ${told}`);
}

function targetOf({ limits, features }: GPUDevice, { kind }: AdapterReport): KernelTarget {
  const known: KernelLimits = {
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
  };
  return {
    limits: known,
    features: { f16: features.has('shader-f16'), subgroups: features.has('subgroups') },
    software: kind === 'software',
  };
}
