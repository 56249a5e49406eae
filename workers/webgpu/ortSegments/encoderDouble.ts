// Doubles of command encoders and compute passes: they forward, and note for a recording what they forward.
import type { RecordedBindGroup } from './recordedRun.js';
import type { EncodedCommand, RunRecorder } from './runRecorder.js';
import { doubleOf } from './doubleOf.js';

export function encoderDouble(real: GPUCommandEncoder, recorder: RunRecorder | undefined): GPUCommandEncoder {
  if (!recorder) return real;
  const commands: EncodedCommand[] = [];
  const members: Partial<GPUCommandEncoder> = {
    label: real.label,
    beginComputePass: (descriptor) => passDouble(real.beginComputePass(descriptor), recorder, commands),
    clearBuffer: (buffer, offset = 0, size = buffer.size - offset) => {
      real.clearBuffer(buffer, offset, size);
      commands.push({ kind: 'clear', buffer, offset, bytes: size });
    },
    copyBufferToBuffer: (from: GPUBuffer, ...rest: readonly unknown[]) => {
      const [fromOffset, to, toOffset, bytes] = rest as [number, GPUBuffer, number, number];
      real.copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
      commands.push({ kind: 'copy', from, fromOffset, to, toOffset, bytes });
    },
    resolveQuerySet: (...query) => {
      recorder.refuse('onnxruntime measures times during the run');
      real.resolveQuerySet(...query);
    },
    finish: (descriptor) => {
      const buffer = real.finish(descriptor);
      recorder.noteEncoded(buffer, commands);
      return buffer;
    },
  };
  return doubleOf(real, members);
}

function passDouble(
  real: GPUComputePassEncoder,
  recorder: RunRecorder,
  commands: EncodedCommand[],
): GPUComputePassEncoder {
  const groups: RecordedBindGroup[] = [];
  let current: GPUComputePipeline | undefined;
  const dispatch = (workgroups: (EncodedCommand & { kind: 'dispatch' })['workgroups']): void => {
    const label = groups[0]?.label ?? '';
    if (current) commands.push({ kind: 'dispatch', label, pipeline: current, groups: [...groups], workgroups });
  };
  const members: Partial<GPUComputePassEncoder> = {
    label: real.label,
    setPipeline: (pipeline) => {
      current = pipeline;
      real.setPipeline(pipeline);
    },
    setBindGroup: (index: number, group: GPUBindGroup | null, ...offsets: readonly unknown[]) => {
      if (offsets.length > 0) recorder.refuse('onnxruntime binds with dynamic offsets');
      const known = group && recorder.bindGroup(group);
      if (known) groups[index] = known;
      else recorder.refuse('onnxruntime uses a bind group that it made before the run');
      (real.setBindGroup as (...given: readonly unknown[]) => void).call(real, index, group, ...offsets);
    },
    dispatchWorkgroups: (x, y = 1, z = 1) => {
      real.dispatchWorkgroups(x, y, z);
      dispatch([x, y, z]);
    },
    dispatchWorkgroupsIndirect: (buffer, offset) => {
      real.dispatchWorkgroupsIndirect(buffer, offset);
      dispatch({ buffer, offset });
    },
    end: () => real.end(),
  };
  return doubleOf(real, members);
}
