// The using end of a channel: typed clients of services over a port.
import { faultCodes, type Fault } from '../fault.js';
import type { CallOptions, Client, Service } from '../service.js';
import type { Port, ToClient, ToServer } from './messages.js';

/** A fault of the other side, as an error on this one. */
export class ServiceError extends Error {
  readonly code: string;
  readonly place: Fault['place'];

  constructor(readonly fault: Fault) {
    super(fault.message);
    this.name = 'ServiceError';
    this.code = fault.code;
    this.place = fault.place;
  }
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly onProgress: ((value: unknown) => void) | undefined;
}

type Listener = (value: unknown) => void;
type ClientPort = Port<ToServer, ToClient>;

/**
 * One connection; all clients made from it share it. It can get another port when one is gone: clients and listeners stay. Calls
 * made before the first port wait for it; calls that were under way when a port went reject, because nobody knows how far they got.
 */
export class ServiceConnection {
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<string, Set<Listener>>();
  /** What is sent as soon as there is a port; undefined from then on. */
  private waiting: ToServer[] | undefined = [];
  private port: ClientPort | undefined;
  private lastId = 0;

  constructor(port?: ClientPort) {
    if (port) this.attach(port);
  }

  /** Uses this port from now on. */
  attach(port: ClientPort): void {
    this.port = port;
    port.onMessage((message) => {
      if (this.port === port) this.hear(message);
    });
    port.onClose(() => {
      if (this.port === port) this.close();
    });
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const message of waiting) {
      try {
        this.send(message);
      } catch (error) {
        this.pending.get(message.id)?.reject(error as Error);
      }
    }
  }

  /** The methods and events of a service. Every promise may reject with a {@link ServiceError}. */
  client<S extends Service>(service: S): Client<S> {
    const methods = Object.keys(service.methods).map((name) => [
      name,
      (argument: unknown, options: CallOptions<unknown> = {}) => this.call(service.name, name, argument, options),
    ]);
    const on = (name: string, listener: Listener): (() => void) => this.listen(`${service.name}.${name}`, listener);
    return { ...Object.fromEntries(methods), on } as Client<S>;
  }

  private async call(
    service: string,
    method: string,
    argument: unknown,
    { signal, onProgress }: CallOptions<unknown>,
  ): Promise<unknown> {
    if (!this.port && !this.waiting) throw new ServiceError(disconnected);
    if (signal?.aborted) throw new ServiceError(cancelled(service, method));
    const id = ++this.lastId;
    const cancel = (): void => this.cancel(id, cancelled(service, method));
    const answer = new Promise((resolve, reject) => this.pending.set(id, { resolve, reject, onProgress }));
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      this.send({ type: 'call', id, service, method, argument });
      return await answer;
    } finally {
      this.pending.delete(id);
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** The other side answers with a fault; what was not sent yet, is not. */
  private cancel(id: number, fault: Fault): void {
    const index = this.waiting?.findIndex((message) => message.id === id) ?? -1;
    if (index < 0) {
      this.send({ type: 'cancel', id });
      return;
    }
    this.waiting!.splice(index, 1);
    this.pending.get(id)?.reject(new ServiceError(fault));
  }

  /** @throws ServiceError `usage.arguments` for what the port does not carry */
  private send(message: ToServer): void {
    if (this.waiting) {
      this.waiting.push(message);
      return;
    }
    try {
      this.port?.send(message);
    } catch (error) {
      throw new ServiceError(unsendable(message, error));
    }
  }

  private listen(key: string, listener: Listener): () => void {
    const known = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, known.add(listener));
    return () => known.delete(listener);
  }

  private hear(message: ToClient): void {
    if (message.type === 'event') {
      // A copy: a listener may end its own listening.
      for (const listener of [...(this.listeners.get(`${message.service}.${message.name}`) ?? [])])
        listener(message.value);
      return;
    }
    const pending = this.pending.get(message.id);
    if (message.type === 'progress') pending?.onProgress?.(message.value);
    else if (message.type === 'result') pending?.resolve(message.value);
    else pending?.reject(new ServiceError(message.fault));
  }

  private close(): void {
    this.port = undefined;
    for (const pending of [...this.pending.values()]) pending.reject(new ServiceError(disconnected));
  }
}

function cancelled(service: string, method: string): Fault {
  return { code: faultCodes.cancelled, message: `Call '${service}.${method}': it was cancelled.` };
}

function unsendable(message: ToServer, error: unknown): Fault {
  const subject = message.type === 'call' ? `Call '${message.service}.${message.method}'` : 'Call';
  const reason = error instanceof Error ? error.message : String(error);
  return { code: faultCodes.usage, message: `${subject}: it could not be sent. ${reason}` };
}

const disconnected: Fault = {
  code: faultCodes.disconnected,
  message: 'Workbench: the connection to the main process is gone. Training on the processor goes on; reconnecting.',
};
