// The serving end of a channel: looks calls up in an allow-list, parses their arguments, runs them, and hands events to everybody.
import { z } from 'zod';
import { faultCodes, faultOf, type Fault } from '../fault.js';
import type { CallContext, Emit, Implementation, Service } from '../service.js';
import type { Port, ToClient, ToServer } from './messages.js';

type AnyImplementation = Readonly<Record<string, (argument: unknown, context: CallContext<unknown>) => unknown>>;

interface Served {
  readonly service: Service;
  readonly implementation: AnyImplementation;
}

type ServerPort = Port<ToClient, ToServer>;

const callSchema = z.object({
  type: z.literal('call'),
  id: z.int(),
  service: z.string().max(100),
  method: z.string().max(100),
  argument: z.unknown(),
});
const toServerSchema = z.discriminatedUnion('type', [callSchema, z.object({ type: z.literal('cancel'), id: z.int() })]);
type Call = z.infer<typeof callSchema>;

/** What a hub tells its host: a defect in a service, that its caller cannot mend. */
export type OnFailure = (subject: string, error: unknown) => void;

/** All services of a host and the clients connected to it. */
export class ServiceHub {
  private readonly services = new Map<string, Served>();
  /** By the name that calls have as their caller. */
  private readonly clients = new Map<string, ServerPort>();
  private readonly goneListeners = new Set<(caller: string) => void>();
  private connected = 0;

  constructor(private readonly onFailure: OnFailure = () => undefined) {}

  /** @returns nothing; the implementation tells events through {@link emitter} */
  add<S extends Service>(service: S, implementation: Implementation<S>): void {
    this.services.set(service.name, { service, implementation: implementation as unknown as AnyImplementation });
  }

  /** Hands events of a service to every client that is connected then. */
  emitter<S extends Service>(service: S): Emit<S> {
    return (name, value, { except } = {}) => {
      for (const [caller, client] of this.clients)
        if (caller !== except) this.tell(client, { type: 'event', service: service.name, name, value });
    };
  }

  /** Calls the listener with the name of every caller whose connection has ended. */
  onGone(listener: (caller: string) => void): void {
    this.goneListeners.add(listener);
  }

  /** How many windows and other clients are connected. */
  get clientCount(): number {
    return this.clients.size;
  }

  /** Serves one client until its port closes; its calls are then aborted. */
  connect(port: ServerPort): void {
    const caller = `client-${++this.connected}`;
    const running = new Map<number, AbortController>();
    this.clients.set(caller, port);
    port.onClose(() => {
      if (!this.clients.delete(caller)) return;
      for (const controller of running.values()) controller.abort();
      for (const listener of this.goneListeners) listener(caller);
    });
    port.onMessage((raw) => {
      const parsed = toServerSchema.safeParse(raw);
      // Without an id there is nobody to tell.
      if (!parsed.success) return;
      if (parsed.data.type === 'cancel') running.get(parsed.data.id)?.abort();
      // An answer to a number that is used twice would settle the wrong call.
      else if (!running.has(parsed.data.id)) void this.answer(port, parsed.data, running, caller);
    });
  }

  /** A value that cannot be sent is a defect of the service that tells it, and no reason to break its work off. */
  private tell(port: ServerPort, message: Extract<ToClient, { type: 'event' | 'progress' }>): void {
    try {
      port.send(message);
    } catch (error) {
      this.onFailure(message.type === 'event' ? `Event '${message.service}.${message.name}'` : 'Progress', error);
    }
  }

  private async answer(
    port: ServerPort,
    call: Call,
    running: Map<number, AbortController>,
    caller: string,
  ): Promise<void> {
    const { id } = call;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const value = await this.execute(port, call, controller.signal, caller);
      // A caller that cancels is told so whatever the service made of it.
      if (controller.signal.aborted) port.send({ type: 'fault', id, fault: cancelled(call) });
      else port.send({ type: 'result', id, value });
    } catch (error) {
      port.send({ type: 'fault', id, fault: this.faultOf(call, error, controller.signal) });
    } finally {
      running.delete(id);
    }
  }

  private execute(port: ServerPort, call: Call, signal: AbortSignal, caller: string): unknown {
    const { id, service, method } = call;
    const served = this.services.get(service);
    const declared = served && Object.hasOwn(served.service.methods, method) && served.service.methods[method];
    if (!declared) throw new CallError(faultCodes.usage, `Call '${service}.${method}': there is no such method.`);
    const parsed = declared.argument.safeParse(call.argument);
    if (!parsed.success)
      throw new CallError(faultCodes.usage, `Call '${service}.${method}': ${z.prettifyError(parsed.error)}`);
    const isReplaceable = declared.progress === 'latest';
    const progress = (value: unknown): void => {
      if (!signal.aborted) this.tell(port, { type: 'progress', id, value, isReplaceable });
    };
    return served.implementation[method]!(parsed.data, { signal, progress, caller });
  }

  private faultOf(call: Call, error: unknown, signal: AbortSignal): Fault {
    if (signal.aborted) return cancelled(call);
    const fault = faultOf(error);
    if (fault.code === faultCodes.internal) this.onFailure(`Call '${call.service}.${call.method}'`, error);
    return fault;
  }
}

class CallError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

function cancelled({ service, method }: Call): Fault {
  return { code: faultCodes.cancelled, message: `Call '${service}.${method}': it was cancelled.` };
}
