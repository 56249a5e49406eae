// The WebGPU backend in plain Node: Dawn, with onnxruntime's WebAssembly build for what is not for the GPU.
import { requireDawn } from '../webgpu/dawn.node.js';
import { OpenDevice } from '../webgpu/device.js';
import { onnxruntimeSegments } from '../webgpu/ortSegments/ortSegment.js';
import { reopened, webgpuBackend } from './webgpu.js';

/** The device that this process computes on; opened on first use. */
export const nodeDevice = reopened(async () => OpenDevice.request(await requireDawn()));

export const webgpu = webgpuBackend({
  device: nodeDevice,
  segments: onnxruntimeSegments,
  fallback: async () => (await import('./ortWasm.node.js')).ortWasm,
});
