// What a run is computed by, and where: a process of its own, or a web worker of a window that offers its GPU.
import type { TrainRequest } from '../../../contract/training.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { listDevices, type DeviceList } from '../devices.js';
import type { BackendChoice } from '../training.js';
import type { WorkbenchPorts } from './ports.js';

export type BackendPlace = 'process' | 'window';

/** `auto`: the process compares for itself. */
export interface ChosenBackend {
  readonly place: BackendPlace;
  readonly backend: TrainRequest['backend'];
  /** What estimates go by. */
  readonly expected: string;
  /** Under this name times of steps are kept: GPUs are told apart. */
  readonly timedAs: string;
  /** null where it was asked for by name. */
  readonly reason: string | null;
}

/** How long a step takes on a backend; null where nobody has measured it and nobody is to. */
export type StepTimer = (chosen: ChosenBackend) => Promise<number | null>;

export class BackendChooser {
  private devices: Promise<DeviceList> | undefined;

  constructor(private readonly ports: Pick<WorkbenchPorts, 'launch' | 'windowGpu' | 'closing'>) {}

  /** @throws EngineError `gpu.missing` when a GPU is asked for and there is none */
  async choose(asked: TrainRequest['backend'], timer: StepTimer): Promise<ChosenBackend> {
    if (asked === 'native' || asked === 'wasm') return onProcessor(asked, null);
    return asked === 'webgpu' ? this.gpu() : this.best(timer);
  }

  /** A real GPU before one that computes on the processor; a window's before the one of this process. */
  private async gpu(): Promise<ChosenBackend> {
    const window = this.ports.windowGpu();
    if (window && !window.software) return inWindow(window.adapter, null);
    const { adapters, reason } = await this.found();
    const [adapter] = adapters;
    if (window && (!adapter || adapter.kind === 'software')) return inWindow(window.adapter, null);
    if (adapter)
      return {
        place: 'process',
        backend: 'webgpu',
        expected: 'webgpu',
        timedAs: `webgpu ${adapter.name}`,
        reason: null,
      };
    throw new EngineError(
      'gpu.missing',
      `Backend webgpu: there must be a GPU that WebGPU can use, but there is none${reason === null ? '' : ` (${reason})`}. Choose another device.`,
      { path: 'backend' },
    );
  }

  private async best(timer: StepTimer): Promise<ChosenBackend> {
    const window = this.ports.windowGpu();
    if (!window) return this.inProcess();
    if (window.software)
      return onProcessor('native', `native: the only GPU is ${window.adapter}, which computes on the processor`);
    const [gpu, native] = [inWindow(window.adapter, null), onProcessor('native', null)];
    const [gpuTime, nativeTime] = [await timer(gpu), await timer(native)];
    if (gpuTime === null || nativeTime === null)
      return { ...gpu, reason: `webgpu: ${window.adapter}; compared with the processor when the run starts` };
    const [first, second] = gpuTime < nativeTime ? [gpu, native] : [native, gpu];
    const times = [
      `${Math.min(gpuTime, nativeTime).toPrecision(2)} ms`,
      `${Math.max(gpuTime, nativeTime).toPrecision(2)} ms`,
    ];
    return {
      ...first,
      reason: `${first.expected}: ${times[0]} a step, ${second.expected} ${times[1]} (${window.adapter})`,
    };
  }

  /** The process looks for a GPU itself, compares and says why. */
  private async inProcess(): Promise<ChosenBackend> {
    const { adapters } = await this.found();
    const [adapter] = adapters;
    const reason = !adapter
      ? 'native: there is no GPU that WebGPU can use'
      : adapter.kind === 'software'
        ? `native: the only GPU is ${adapter.name}, which computes on the processor`
        : `compared with ${adapter.name} when the run starts`;
    return { ...onProcessor('native', reason), backend: 'auto' };
  }

  private found(): Promise<DeviceList> {
    if (!this.devices) {
      const looking = listDevices(this.ports.launch, this.ports.closing);
      this.devices = looking;
      looking.catch(() => (this.devices = undefined));
    }
    return this.devices;
  }
}

/** What the trainer is told: nothing where it decides itself. */
export function choiceOf({ backend, reason }: ChosenBackend): BackendChoice {
  return { backend, reason: backend === 'auto' ? undefined : (reason ?? undefined) };
}

function onProcessor(backend: 'native' | 'wasm', reason: string | null): ChosenBackend {
  return { place: 'process', backend, expected: backend, timedAs: backend, reason };
}

function inWindow(adapter: string, reason: string | null): ChosenBackend {
  return { place: 'window', backend: 'webgpu', expected: 'webgpu', timedAs: `webgpu ${adapter}`, reason };
}
