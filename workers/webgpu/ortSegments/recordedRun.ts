// What one run of onnxruntime asked of WebGPU: data, made by the device's double and turned into a replay.

/** A range of a buffer as a bind group names it. */
export interface BoundRange {
  readonly binding: number;
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number | undefined;
  readonly access: 'uniform' | 'read' | 'write';
}

export interface RecordedBindGroup {
  /** onnxruntime names it after the kernel. */
  readonly label: string;
  readonly layout: GPUBindGroupLayout;
  readonly ranges: readonly BoundRange[];
}

/** Bytes that the host had written to a buffer when a command that reads them was submitted. */
export interface HostData {
  readonly buffer: GPUBuffer;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface RecordedDispatch {
  readonly kind: 'dispatch';
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly groups: readonly RecordedBindGroup[];
  /** Three counts, or the buffer that holds them. */
  readonly workgroups: readonly [number, number, number] | { readonly buffer: GPUBuffer; readonly offset: number };
}

export interface RecordedCopy {
  readonly kind: 'copy';
  readonly from: GPUBuffer;
  readonly fromOffset: number;
  readonly to: GPUBuffer;
  readonly toOffset: number;
  readonly bytes: number;
}

export interface RecordedClear {
  readonly kind: 'clear';
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly bytes: number;
}

export type RecordedCommand = (RecordedDispatch | RecordedCopy | RecordedClear) & {
  /** Contents, by buffer, of those that only the host writes. They are rewritten between commands, so each has its own. */
  readonly host: ReadonlyMap<GPUBuffer, Uint8Array<ArrayBuffer>>;
};

export interface RecordedRun {
  /** In the order of submission. */
  readonly commands: readonly RecordedCommand[];
  /** Buffers that were made during the run: their contents begin and end with it. */
  readonly made: ReadonlySet<GPUBuffer>;
  /** Why the run cannot be replayed, in a sentence; undefined: it can. */
  readonly refusal: string | undefined;
}
