// Workers that windows host for the main side: a window offers its GPU by a call that lasts as long as the window, requests go to
// it as progress of that call, reports come back as calls.
import { randomUUID } from 'node:crypto';
import { faultCodes } from '../../../contract/fault.js';
import type { CallContext, Implementation } from '../../../contract/service.js';
import type { workersService } from '../../../contract/services/workers.js';
import { type HostReport, type HostRequest } from '../../../contract/services/workers.js';
import type { ToWorker } from '../../../contract/worker.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import { fillPrepared } from '../datasets/columnFiles.js';
import type { Launch, WorkerExit, WorkerProcess } from '../launcher.js';

/** A worker of a window, seen from here. */
class HostedWorker implements WorkerProcess {
  readonly exited: Promise<WorkerExit>;
  readonly fill = fillPrepared;
  private readonly listeners: ((message: unknown) => void)[] = [];
  private exit!: (exit: WorkerExit) => void;
  private ended = false;

  constructor(
    readonly id: string,
    private readonly request: (request: HostRequest) => void,
    private readonly onEnd: () => void,
  ) {
    this.exited = new Promise((resolve) => (this.exit = resolve));
  }

  send(message: ToWorker): void {
    if (!this.ended) this.request({ type: 'message', worker: this.id, message });
  }

  onMessage(listener: (message: unknown) => void): void {
    this.listeners.push(listener);
  }

  kill(): void {
    if (this.ended) return;
    this.request({ type: 'kill', worker: this.id });
    this.end({ code: null, signal: 'SIGKILL' });
  }

  hear(message: unknown): void {
    if (!this.ended) for (const listener of this.listeners) listener(message);
  }

  end(exit: WorkerExit): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd();
    this.exit(exit);
  }
}

/** A GPU as a window sees it. */
export interface WindowGpu {
  readonly adapter: string;
  /** Computes on the processor. */
  readonly software: boolean;
}

/** A window that offers to host workers. */
interface WindowHost {
  readonly caller: string;
  readonly gpu: WindowGpu | null;
  readonly request: (request: HostRequest) => void;
  readonly workers: Map<string, HostedWorker>;
}

export class WindowWorkers {
  private readonly hosts = new Map<string, WindowHost>();

  /** @param onFailure is told why a worker ended that failed */
  constructor(private readonly onFailure: (worker: string, error: string) => void) {}

  /** Starts workers in the window that has the fewest; undefined while no window offers a GPU. */
  launcher(): Launch | undefined {
    const host = this.bestHost();
    return host && ((entry) => this.start(host, entry));
  }

  /** The GPU that {@link launcher} would use. */
  gpu(): WindowGpu | undefined {
    return this.bestHost()?.gpu ?? undefined;
  }

  private bestHost(): WindowHost | undefined {
    const [host] = [...this.hosts.values()]
      .filter(({ gpu }) => gpu !== null)
      .sort((one, other) => one.workers.size - other.workers.size);
    return host;
  }

  readonly service: Implementation<typeof workersService> = {
    host: ({ webgpu }, context) => this.host(webgpu, context),
    report: (report, { caller }) => this.hear(report, caller),
  };

  private host(gpu: WindowGpu | null, { caller, signal, progress }: CallContext<HostRequest>): Promise<null> {
    if (this.hosts.has(caller))
      throw new EngineError(faultCodes.usage, `Window '${caller}': it must offer to host workers once, but did twice.`);
    const host: WindowHost = { caller, gpu, request: progress, workers: new Map() };
    this.hosts.set(caller, host);
    return new Promise((resolve) => {
      const leave = (): void => {
        this.hosts.delete(caller);
        // As of a process that was killed: nobody knows what it did last.
        for (const worker of [...host.workers.values()]) worker.end({ code: null, signal: 'window closed' });
        resolve(null);
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  private start(host: WindowHost, entry: string): WorkerProcess {
    const id = randomUUID();
    const worker = new HostedWorker(id, host.request, () => host.workers.delete(id));
    host.workers.set(id, worker);
    // A window that went since the launcher was handed out.
    if (this.hosts.get(host.caller) !== host) worker.end({ code: null, signal: 'window closed' });
    else host.request({ type: 'launch', worker: id, entry });
    return worker;
  }

  /** Only the window that hosts a worker may speak for it. */
  private hear(report: HostReport, caller: string): void {
    const worker = this.hosts.get(caller)?.workers.get(report.worker);
    if (report.type === 'message') return worker?.hear(report.message);
    if (report.error !== null && worker) this.onFailure(worker.id, report.error);
    worker?.end({ code: report.error === null ? 0 : 1, signal: null });
  }
}
