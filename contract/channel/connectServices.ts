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

/** One connection; all clients made from it share it. */
export class ServiceConnection {
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private lastId = 0;
  private closed = false;

  constructor(private readonly port: Port<ToServer, ToClient>) {
    port.onMessage((message) => this.hear(message));
    port.onClose(() => this.close());
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

  private call(service: string, method: string, argument: unknown, options: CallOptions<unknown>): Promise<unknown> {
    const { signal, onProgress } = options;
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new ServiceError(disconnected));
        return;
      }
      if (signal?.aborted) {
        reject(
          new ServiceError({ code: faultCodes.cancelled, message: `Call '${service}.${method}': it was cancelled.` }),
        );
        return;
      }
      const cancel = (): void => this.port.send({ type: 'cancel', id });
      signal?.addEventListener('abort', cancel, { once: true });
      const settled =
        <T>(settle: (value: T) => void): ((value: T) => void) =>
        (value) => {
          signal?.removeEventListener('abort', cancel);
          settle(value);
        };
      this.pending.set(id, { resolve: settled(resolve), reject: settled(reject), onProgress });
      this.port.send({ type: 'call', id, service, method, argument });
    });
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
    if (message.type === 'progress') return pending?.onProgress?.(message.value);
    this.pending.delete(message.id);
    if (message.type === 'result') pending?.resolve(message.value);
    else pending?.reject(new ServiceError(message.fault));
  }

  private close(): void {
    this.closed = true;
    for (const pending of this.pending.values()) pending.reject(new ServiceError(disconnected));
    this.pending.clear();
  }
}

const disconnected: Fault = {
  code: faultCodes.disconnected,
  message: 'Workbench: the connection to the main process is gone. Training on the processor goes on; reconnecting.',
};
