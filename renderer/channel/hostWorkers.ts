// Hosts workers for the main side in this window: starts them by name as module workers, and relays messages both ways.
import type { Client } from '../../contract/service.js';
import type { HostReport, HostRequest, workersService } from '../../contract/services/workers.js';
import type { FromWorker } from '../../contract/worker.js';
import type { Connection } from './connect.js';

/** The GPU that this window offers. */
export interface OfferedGpu {
  readonly adapter: string;
  /** Computed by the processor. */
  readonly software: boolean;
}

type WorkersClient = Client<typeof workersService>;

/**
 * Offers the GPU as long as the connection stands, and anew after each reconnection. Workers of a lost connection are ended: the
 * main side counts them as gone.
 */
export function hostWorkers(connection: Connection, service: WorkersClient, webgpu: OfferedGpu | null): void {
  const hosted = new HostedWorkers((report) => service.report(report));
  const offer = (): void => {
    service
      .host({ webgpu }, { onProgress: (request) => hosted.handle(request) })
      // It ends with the connection; the next one offers again.
      .catch(() => undefined)
      .finally(() => hosted.endAll());
  };
  connection.onState((state) => {
    if (state === 'connected') offer();
  });
  if (connection.state === 'connected') offer();
}

class HostedWorkers {
  private readonly workers = new Map<string, Worker>();
  /** Reports of one worker leave in order. */
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly report: (report: HostReport) => Promise<void>) {}

  handle(request: HostRequest): void {
    const { worker } = request;
    if (request.type === 'launch') this.launch(worker, request.entry);
    else if (request.type === 'message') this.workers.get(worker)?.postMessage(request.message);
    else this.end(worker);
  }

  endAll(): void {
    for (const id of [...this.workers.keys()]) this.end(id);
  }

  /** Names of entries only: the main side is trusted, but an address elsewhere would never be meant. */
  private launch(id: string, entry: string): void {
    if (!/^[a-zA-Z]+\.web$/.test(entry)) return this.tell({ type: 'ended', worker: id, error: `no worker '${entry}'` });
    const worker = new Worker(new URL(`workers/${entry}.js`, document.baseURI), { type: 'module', name: id });
    this.workers.set(id, worker);
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker<unknown, unknown>>) => {
      this.tell({ type: 'message', worker: id, message: data });
      // A worker of ours closes itself after its result or fault.
      if (data.type !== 'event') this.ended(id, null);
    });
    worker.addEventListener('error', ({ message }) => this.ended(id, message || 'the worker could not be started'));
  }

  private ended(id: string, error: string | null): void {
    if (this.workers.delete(id)) this.tell({ type: 'ended', worker: id, error });
  }

  private end(id: string): void {
    this.workers.get(id)?.terminate();
    this.workers.delete(id);
  }

  private tell(report: HostReport): void {
    this.last = this.last.then(() => this.report(report)).catch(() => undefined);
  }
}
