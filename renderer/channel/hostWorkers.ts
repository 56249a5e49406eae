// Hosts workers for the main side in this window: starts them by name as module workers, and relays messages both ways.
import { ServiceError } from '../../contract/channel/connectServices.js';
import { faultCodes, faultOf } from '../../contract/fault.js';
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
  // Closing or loading the window anew would end its trainings: the browser (or Electron's main process) asks first.
  addEventListener('beforeunload', (event) => {
    if (hosted.count > 0) event.preventDefault();
  });
}

/** What is used of a Worker; tests hand in others. */
export interface HostedWorker {
  postMessage(message: unknown, transfer: Transferable[]): void;
  terminate(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly message: string }) => void): void;
}

const startWorker = (entry: string, name: string): HostedWorker =>
  new Worker(new URL(`workers/${entry}.js`, document.baseURI), { type: 'module', name });

export class HostedWorkers {
  private readonly workers = new Map<string, HostedWorker>();
  /** A report is sent when the one before has arrived, so that a slow connection does not pile them up twice. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly report: (report: HostReport) => Promise<void>,
    private readonly start: (entry: string, name: string) => HostedWorker = startWorker,
  ) {}

  get count(): number {
    return this.workers.size;
  }

  handle(request: HostRequest): void {
    const { worker } = request;
    if (request.type === 'launch') this.launch(worker, request.entry);
    else if (request.type === 'message')
      this.workers.get(worker)?.postMessage(request.message, [...buffersOf(request.message)]);
    else this.end(worker);
  }

  endAll(): void {
    for (const id of [...this.workers.keys()]) this.end(id);
  }

  /** Names of entries only: the main side is trusted, but an address elsewhere would never be meant. */
  private launch(id: string, entry: string): void {
    if (!/^[a-zA-Z]+\.web$/.test(entry)) {
      this.tell({ type: 'ended', worker: id, error: `no worker '${entry}'` });
      return;
    }
    const worker = this.start(entry, id);
    this.workers.set(id, worker);
    worker.addEventListener('message', ({ data }) => {
      if (!this.workers.has(id)) return;
      const message = data as FromWorker<unknown, unknown>;
      this.tell({ type: 'message', worker: id, message });
      // A worker of ours closes itself after its result or fault.
      if (message.type !== 'event') this.ended(id, null);
    });
    worker.addEventListener('error', ({ message }) => this.ended(id, message || 'the worker could not be started'));
  }

  private ended(id: string, error: string | null): void {
    if (!this.workers.has(id)) return;
    this.end(id);
    this.tell({ type: 'ended', worker: id, error });
  }

  private end(id: string): void {
    this.workers.get(id)?.terminate();
    this.workers.delete(id);
  }

  private tell(report: HostReport): void {
    this.last = this.last.then(() => this.report(report)).catch((error: unknown) => this.onUntold(report, error));
  }

  /** A worker whose message did not arrive would be waited for without end: the main side hears why it ends instead. */
  private async onUntold(report: HostReport, error: unknown): Promise<void> {
    const isGone = error instanceof ServiceError && error.code === faultCodes.disconnected;
    // With the connection the main side counts all workers as gone.
    if (isGone || report.type !== 'message') return;
    const { worker } = report;
    this.end(worker);
    await this.report({ type: 'ended', worker, error: faultOf(error).message }).catch(() => undefined);
  }
}

/** The memory of all arrays in a message: it has come for the worker alone, so it moves there instead of being copied. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value instanceof ArrayBuffer) found.add(value);
  else if (value instanceof Map) for (const pair of value) buffersOf(pair, found);
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) buffersOf(member, found);
  return found;
}
