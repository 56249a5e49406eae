// What a graph becomes for a GPU: buffers and a list of commands over them. Plain data; `workers/webgpu` runs it.
import type { DType } from '../ir/dtype.js';
import type { Graph } from '../ir/graph.js';
import type { Tensor } from '../ir/tensor.js';

/**
 * How elements lie in GPU memory, 4 bytes each (f16: 2). WGSL has no 64-bit integers, no bytes and no booleans in buffers:
 * int64, int32 and int8 are i32, bool and uint8 are u32, float32 is f32, float16 is f16. float64 has no form.
 */
export type Storage = 'f32' | 'f16' | 'i32' | 'u32';

export function storageOf(dtype: DType): Storage | undefined {
  switch (dtype) {
    case 'float32':
      return 'f32';
    case 'float16':
      return 'f16';
    case 'int64':
    case 'int32':
    case 'int8':
      return 'i32';
    case 'bool':
    case 'uint8':
      return 'u32';
    case 'float64':
      return undefined;
  }
}

/** Bytes of one element in GPU memory. */
export function storageBytes(storage: Storage): number {
  return storage === 'f16' ? 2 : 4;
}

/** A piece of GPU memory. Its size in bytes is `elements × storageBytes`, rounded up to 4. */
export interface PlanBuffer {
  /** For external buffers the name that the caller knows it by; else the values that live in it. */
  readonly label: string;
  readonly storage: Storage;
  readonly elements: number;
  /**
   * external: made by the runner, filled and read by the caller, kept between runs; constant: filled once with `data`;
   * scratch: holds nothing between runs, shared by values whose lifetimes do not overlap.
   */
  readonly role: 'external' | 'constant' | 'scratch';
  readonly data?: Tensor;
}

export interface KernelBinding {
  /** Index into the plan's buffers. */
  readonly buffer: number;
  readonly access: 'read' | 'read_write' | 'uniform';
  /** In bytes, a multiple of 256, where only a part of the buffer is bound. */
  readonly offset?: number;
  /** In bytes, with `offset`. */
  readonly size?: number;
}

/** One dispatch of a compute shader whose entry point is `main`; binding i of group 0 is `bindings[i]`. */
export interface KernelCommand {
  readonly kind: 'kernel';
  readonly label: string;
  readonly code: string;
  readonly bindings: readonly KernelBinding[];
  readonly workgroups: readonly [number, number, number];
  /** Names of the graph's nodes that it computes. */
  readonly nodes: readonly string[];
  /** Arithmetic operations and bytes that must move, for profiles. */
  readonly flops: number;
  readonly bytes: number;
  /** Other ways to compute it, for measurements: see `tiles` in the compiler's options. */
  readonly tuning?: { readonly key: string; readonly candidates: readonly string[] };
}

/** A tensor of a session and the buffer that holds it, from element 0 on. */
export interface SessionPort {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly buffer: number;
}

/** A piece of the graph that onnxruntime computes. */
export interface SessionCommand {
  readonly kind: 'session';
  readonly label: string;
  readonly graph: Graph;
  readonly inputs: readonly SessionPort[];
  readonly outputs: readonly SessionPort[];
  readonly nodes: readonly string[];
}

/** Copies elements between buffers of one storage. */
export interface CopyCommand {
  readonly kind: 'copy';
  readonly label: string;
  readonly from: { readonly buffer: number; readonly offset: number };
  readonly to: { readonly buffer: number; readonly offset: number };
  readonly elements: number;
}

export type PlanCommand = KernelCommand | SessionCommand | CopyCommand;

/** Where a graph input or output lies: `offset` elements into a buffer. */
export interface PlanPort {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly buffer: number;
  readonly offset: number;
}

export interface KernelPlan {
  readonly buffers: readonly PlanBuffer[];
  /** In order; each sees what those before it wrote. */
  readonly commands: readonly PlanCommand[];
  readonly inputs: readonly PlanPort[];
  readonly outputs: readonly PlanPort[];
}
