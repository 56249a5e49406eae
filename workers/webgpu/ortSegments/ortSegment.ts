// A session of onnxruntime bound to the buffers of a plan: recorded once, verified, and replayed from then on.
import { isDType, type DType } from '../../../engine/ir/dtype.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { SessionCommand } from '../../../engine/kernels/kernelPlan.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { sessionGraph } from '../../../engine/passes/sessionGraph.js';
import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import type { OpenDevice } from '../device.js';
import type { MakeSegments, Segment } from '../sessionSegment.js';
import { Border, dataTypeOf } from './border.js';
import { DeviceDouble } from './deviceDouble.js';
import { inTurn, loadOnnxruntime, openSession, tensorIn, type Onnxruntime } from './onnxruntime.js';
import type { RecordedRun } from './recordedRun.js';
import { Replay } from './replay.js';
import { Trial } from './verifyReplay.js';

/** Segments of onnxruntime on a device of ours. */
export const onnxruntimeSegments: MakeSegments = (device) => ({
  async prepare(command, buffers) {
    const segment = await OrtSegment.open(device, command, buffers);
    try {
      await segment.record(command, buffers);
    } catch (error) {
      await segment.dispose();
      throw error;
    }
    return segment;
  },
});

class OrtSegment implements Segment {
  notRecorded: string | undefined = 'nothing has been recorded yet';
  private replay: Replay | undefined;
  private constructor(
    private readonly device: OpenDevice,
    private readonly double: DeviceDouble,
    private readonly session: InferenceSession,
    private readonly border: Border,
    private readonly feeds: Record<string, Tensor>,
    private readonly fetches: Record<string, Tensor>,
  ) {}

  static async open(device: OpenDevice, command: SessionCommand, buffers: readonly GPUBuffer[]): Promise<OrtSegment> {
    const onnxruntime = await loadOnnxruntime();
    const double = new DeviceDouble(device.device);
    let session: InferenceSession | undefined;
    try {
      const model = encodeModel(sessionGraph(command.graph));
      session = await inTurn(() => openSession(onnxruntime, double.device, model, { cache: 'disabled' }));
      const border = await Border.of(device, command, buffers, typesOf(session));
      const [feeds, fetches] = [tensorsOf(onnxruntime, border.inputs), tensorsOf(onnxruntime, border.outputs)];
      return new OrtSegment(device, double, session, border, feeds, fetches);
    } catch (error) {
      await session?.release();
      double.dispose();
      throw error;
    }
  }

  get dispatches(): number {
    return this.replay ? this.replay.dispatches + this.border.dispatches : 0;
  }

  get bytesInUse(): number {
    return this.double.bytesInUse + this.border.bytesInUse + (this.replay?.bytesInUse ?? 0);
  }

  encode(encoder: GPUCommandEncoder): void {
    if (!this.replay || this.notRecorded !== undefined)
      throw new EngineError('gpu.notRecorded', `Segment: there is no recording to replay: ${this.notRecorded ?? ''}`);
    this.border.encodeBefore(encoder);
    this.replay.encode(encoder);
    this.border.encodeAfter(encoder);
  }

  async runOrdinary(): Promise<void> {
    this.submit((encoder) => this.border.encodeBefore(encoder));
    await this.runSession();
    this.submit((encoder) => this.border.encodeAfter(encoder));
  }

  async dispose(): Promise<void> {
    this.dropReplay();
    this.notRecorded = 'the segment has been disposed of';
    this.border.dispose();
    await inTurn(() => this.session.release());
    this.double.dispose();
  }

  /** Records one run and trusts the recording when a replay agrees with another run on other inputs. */
  async record(command: SessionCommand, buffers: readonly GPUBuffer[]): Promise<void> {
    const trial = await Trial.of(this.device, command, buffers);
    try {
      await trial.fillInputs(1);
      this.submit((encoder) => this.border.encodeBefore(encoder));
      const run = await this.double.record(() => this.runSession());
      this.notRecorded = await this.adopt(run, trial);
    } finally {
      trial.dispose();
    }
  }

  /** @returns why there is no replay */
  private async adopt(run: RecordedRun, trial: Trial): Promise<string | undefined> {
    await trial.fillInputs(101);
    await this.runOrdinary();
    trial.keepOutputs();
    for (const clear of [false, true]) {
      const replay = await Replay.of(this.device, run, this.border.buffers, { clear });
      if (typeof replay === 'string') return replay;
      this.replay = replay;
      this.notRecorded = undefined;
      await trial.poison(replay.scratch);
      this.submit((encoder) => this.encode(encoder));
      if ((await trial.differences()) === 0) return undefined;
      this.dropReplay();
    }
    return 'its replay does not give the same bits as an ordinary run on the same inputs';
  }

  private async runSession(): Promise<void> {
    await inTurn(async () => {
      try {
        await this.session.run(this.feeds, this.fetches);
      } catch (error) {
        const told = error instanceof Error ? error.message : String(error);
        throw new EngineError('gpu.session', `onnxruntime: it must run the graph of the segment, got ${told}`);
      } finally {
        this.double.sweep();
      }
    });
  }

  private dropReplay(): void {
    this.replay?.dispose();
    this.replay = undefined;
  }

  private submit(encode: (encoder: GPUCommandEncoder) => void): void {
    const encoder = this.device.device.createCommandEncoder();
    encode(encoder);
    this.device.submit(encoder);
  }
}

function tensorsOf(onnxruntime: Onnxruntime, ports: Border['inputs']): Record<string, Tensor> {
  return Object.fromEntries(
    ports.map(({ port, buffer, dtype }) => [
      port.name,
      tensorIn(onnxruntime, buffer, dataTypeOf(port.name, dtype), port.shape),
    ]),
  );
}

/** Element types by name, as the model has them. */
function typesOf({ inputMetadata, outputMetadata }: InferenceSession): Map<string, DType> {
  const types = new Map<string, DType>();
  for (const value of [...inputMetadata, ...outputMetadata])
    if (value.isTensor && isDType(value.type)) types.set(value.name, value.type);
  return types;
}
