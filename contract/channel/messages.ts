// The messages of a channel between the side that has the services and one that uses them.
import type { Fault } from '../fault.js';

export type ToServer =
  | {
      readonly type: 'call';
      /** Chosen by the caller; unique while the call lasts. */
      readonly id: number;
      readonly service: string;
      readonly method: string;
      readonly argument: unknown;
    }
  | { readonly type: 'cancel'; readonly id: number };

export type ToClient =
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly value: unknown;
      /** A port may leave it out when the other side reads slowly and a newer one of the same call follows. */
      readonly isReplaceable: boolean;
    }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'fault'; readonly id: number; readonly fault: Fault }
  | { readonly type: 'event'; readonly service: string; readonly name: string; readonly value: unknown };

/** One end of a connection: structured values in, structured values out, in order. */
export interface Port<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  /** Called once when the other end is gone. */
  onClose(listener: () => void): void;
}
