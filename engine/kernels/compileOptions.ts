// What the compiler of kernels must know of the adapter, and where the caller wants inputs and outputs to lie.
import type { Node } from '../ir/graph.js';
import type { CompileObserver } from './compileObserver.js';
import type { Storage } from './kernelPlan.js';
import type { TileTable } from './tiles.js';

/** The limits of a GPUDevice that shape kernels, by WebGPU's names. */
export interface KernelLimits {
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxStorageBufferBindingSize: number;
}

export interface KernelTarget {
  readonly limits: KernelLimits;
  readonly features: { readonly f16: boolean; readonly subgroups: boolean };
  /** A processor emulates the GPU (SwiftShader): barriers are dear, threads are few. */
  readonly software: boolean;
}

/** WebGPU's guaranteed limits. */
export const leastLimits: KernelLimits = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 134_217_728,
};

/** A buffer that the caller owns: state, packed scalars, a batch. */
export interface ExternalBuffer {
  readonly name: string;
  readonly storage: Storage;
  readonly elements: number;
  /** State: outputs placed in it are written only while the guard holds. */
  readonly guarded?: boolean;
}

/** A graph input or output lies `offset` elements into an external buffer. */
export interface Placement {
  readonly buffer: string;
  readonly offset: number;
}

/**
 * Protects the state from a step whose loss is not finite. The buffer is u32[2]: [halted, completed steps]. Outputs placed in
 * guarded buffers are written only while `halted` is 0; the step in which one of the `watched` outputs is not finite sets it to 1.
 */
export interface Guard {
  readonly buffer: string;
  /** Names of graph outputs (losses). */
  readonly watched: readonly string[];
}

export interface KernelOptions {
  readonly target: KernelTarget;
  readonly buffers?: readonly ExternalBuffer[];
  /** By input name; an input that is not placed has a buffer of its own, named like it. */
  readonly inputs?: Readonly<Record<string, Placement>>;
  /**
   * By output name. An output may be placed where an input lies (state): the compiler sees to it that nobody reads the old
   * value after it is overwritten. Not placed: a buffer of its own, named like the output.
   */
  readonly outputs?: Readonly<Record<string, Placement>>;
  readonly guard?: Guard;
  /** Tiles of contractions that were measured on this adapter; others go by rules of thumb. */
  readonly tiles?: TileTable;
  /** Nodes that onnxruntime must compute though there is a kernel for them. */
  readonly forceSession?: (node: Node) => boolean;
  /** Is shown every group of values with the commands that it became. */
  readonly observe?: CompileObserver;
}
