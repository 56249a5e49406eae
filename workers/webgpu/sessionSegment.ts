// The seam between plans and onnxruntime: a `session` command of a plan becomes a segment, which is recorded once and replayed.
import type { SessionCommand } from '../../engine/kernels/kernelPlan.js';
import type { OpenDevice } from './device.js';

/** A piece of the graph that onnxruntime computes, bound to the buffers of its plan. */
export interface Segment {
  /** Why there is no recording to replay, in a sentence; undefined: `encode` may be called. */
  readonly notRecorded: string | undefined;
  /** Dispatches that `encode` appends. */
  readonly dispatches: number;
  /** GPU memory that the segment itself holds: onnxruntime's weights and intermediates that the recording keeps alive. */
  readonly bytesInUse: number;
  /**
   * Appends the recorded commands to `encoder`, in no open pass: inputs are read from the plan's buffers, outputs written
   * to them. Submits nothing; may be called any number of times, for several encoders before any of them is submitted.
   * @throws EngineError `gpu.notRecorded` when there is no recording
   */
  encode(encoder: GPUCommandEncoder): void;
  /**
   * One run by onnxruntime itself on what the inputs hold: it sees everything submitted before, and everything submitted
   * after it has resolved sees its outputs.
   */
  runOrdinary(): Promise<void>;
  /** Releases the session and the recording; the plan's buffers are the runner's. */
  dispose(): Promise<void>;
}

/** Makes segments of one device. */
export interface SegmentMaker {
  /**
   * Opens `command.graph`, runs it on whatever the inputs hold (values do not matter, shapes are static) and records that
   * run. Overwrites the output buffers: the runner prepares before it fills any buffer. `buffers` are the plan's, by the
   * index that a port names; all have at least STORAGE, COPY_SRC and COPY_DST usage and hold elements as
   * `storageOf(port.dtype)` says (int64 as i32, bool as u32).
   * Until the promise settles no other segment of the device is prepared or runs ordinarily; other commands may be submitted.
   * A recording that fails is no error: the segment says why in `notRecorded` and runs ordinarily.
   * @throws EngineError when onnxruntime cannot run the graph at all
   */
  prepare(command: SessionCommand, buffers: readonly GPUBuffer[]): Promise<Segment>;
}

/** Makes the segments of `device`; without one, a plan with session commands is refused. */
export type MakeSegments = (device: OpenDevice) => SegmentMaker;
