// The WebGPU backend in a web worker: the browser's adapter, with onnxruntime's WebAssembly build for what is not for the GPU.
import { EngineError } from '../../engine/ir/diagnostic.js';
import { OpenDevice } from '../webgpu/device.js';
import { onnxruntimeSegments } from '../webgpu/ortSegments/ortSegment.js';
import { reopened, webgpuBackend } from './webgpu.js';

/** The device that this worker computes on; opened on first use. @throws EngineError `gpu.none` */
export const webDevice = reopened(async () => {
  // Browsers without WebGPU, and pages from insecure addresses, have no such property, whatever the types say.
  const { gpu } = navigator as { readonly gpu?: GPU };
  if (!gpu) throw new EngineError('gpu.none', 'GPU: this browser has no WebGPU.');
  return OpenDevice.request(gpu);
});

export const webgpu = webgpuBackend({
  device: webDevice,
  segments: onnxruntimeSegments,
  fallback: async () => (await import('./ortWasm.web.js')).ortWasm,
});
