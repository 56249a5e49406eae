// How a service is declared: methods with one parsed argument, typed results and progress, and events. The types of both ends follow.
import type { z } from 'zod';

/** A method's argument is parsed where it arrives; results and progress come from our own code and are only typed. */
export interface Method<A extends z.ZodType = z.ZodType, R = unknown, P = unknown> {
  readonly argument: A;
  /** `latest`: progress tells how far it is, so a slow window may miss values in between; `every`: all of them matter. */
  readonly progress: 'latest' | 'every';
  /** Types alone: never set. */
  readonly types?: { readonly result: R; readonly progress: P };
}

/** Something a service tells everybody who listens. */
export interface ServiceEvent<E = unknown> {
  readonly types?: { readonly event: E };
}

export interface Service {
  readonly name: string;
  readonly methods: Readonly<Record<string, Method>>;
  readonly events: Readonly<Record<string, ServiceEvent>>;
}

/** `method<Result, Progress>()(schema of the argument)` */
export function method<R = void, P = never>(
  progress: Method['progress'] = 'latest',
): <A extends z.ZodType>(argument: A) => Method<A, R, P> {
  return (argument) => ({ argument, progress });
}

export function event<E>(): ServiceEvent<E> {
  return {};
}

export function defineService<
  const N extends string,
  const M extends Readonly<Record<string, Method>>,
  const E extends Readonly<Record<string, ServiceEvent>>,
>(
  name: N,
  parts: { readonly methods: M; readonly events: E },
): { readonly name: N; readonly methods: M; readonly events: E } {
  return { name, ...parts };
}

/** What an implementation is told of a call besides its argument. */
export interface CallContext<P = never> {
  /** Aborted when the caller cancels or is gone. */
  readonly signal: AbortSignal;
  readonly progress: (value: P) => void;
  /** The window or other client that calls: the same for all calls of one connection. */
  readonly caller: string;
}

type ArgumentOf<M> = M extends Method<infer A> ? z.output<A> : never;
type InputOf<M> = M extends Method<infer A> ? z.input<A> : never;
type ResultOf<M> = M extends Method<z.ZodType, infer R> ? R : never;
type ProgressOf<M> = M extends Method<z.ZodType, unknown, infer P> ? P : never;
type EventOf<E> = E extends ServiceEvent<infer T> ? T : never;

/** What the side that has the service writes. */
export type Implementation<S extends Service> = {
  readonly [K in keyof S['methods']]: (
    argument: ArgumentOf<S['methods'][K]>,
    context: CallContext<ProgressOf<S['methods'][K]>>,
  ) => Promise<ResultOf<S['methods'][K]>> | ResultOf<S['methods'][K]>;
};

/** How an implementation tells its events: to everybody, or to all but one caller. */
export type Emit<S extends Service> = <K extends keyof S['events'] & string>(
  name: K,
  value: EventOf<S['events'][K]>,
  options?: { readonly except?: string },
) => void;

export interface CallOptions<P> {
  /** Abort it to cancel the call; the promise then rejects with the code `call.cancelled`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: P) => void) | undefined;
}

/** What the side that uses the service calls. */
export type Client<S extends Service> = {
  readonly [K in keyof S['methods']]: (
    argument: InputOf<S['methods'][K]>,
    options?: CallOptions<ProgressOf<S['methods'][K]>>,
  ) => Promise<ResultOf<S['methods'][K]>>;
} & {
  /** @returns what ends the listening */
  on<K extends keyof S['events'] & string>(name: K, listener: (value: EventOf<S['events'][K]>) => void): () => void;
};
