// Small kernels over whole buffers: onnxruntime's layouts to ours and back, test data, comparison.
import type { DType } from '../../../engine/ir/dtype.js';
import type { OpenDevice } from '../device.js';
import type { Shader } from '../pipelines.js';

const width = 64;

/** A kernel bound to buffers. */
export interface BoundKernel {
  encode(pass: GPUComputePassEncoder): void;
}

export interface KernelSource {
  readonly label: string;
  /** How many invocations. */
  readonly count: number;
  /** Variables b0, b1 … by their access and element type; the last ones are written. */
  readonly bindings: readonly (readonly ['read' | 'read_write', 'u32' | 'i32' | 'atomic<u32>'])[];
  /** Statements over the invocation's number `i`. */
  readonly body: string;
}

export async function bindKernel(
  device: OpenDevice,
  source: KernelSource,
  buffers: readonly GPUBuffer[],
): Promise<BoundKernel> {
  const groups = Math.ceil(source.count / width);
  const across = Math.min(groups, device.target.limits.maxComputeWorkgroupsPerDimension);
  const { pipeline, layout } = await device.pipelines.get(shaderOf(source, across * width));
  const group = device.device.createBindGroup({
    layout,
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return {
    encode(pass) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(across, Math.ceil(groups / across));
    },
  };
}

function shaderOf({ label, count, bindings, body }: KernelSource, row: number): Shader {
  const declared = bindings.map(
    ([access, type], index) => `@group(0) @binding(${index}) var<storage, ${access}> b${index}: array<${type}>;`,
  );
  const code = `${declared.join('\n')}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.y * ${row}u + id.x;
  if (i >= ${count}u) { return; }
  ${body}
}`;
  return { label, code, bindings: bindings.map(([access]) => access) };
}

/** Our storage to the layout that onnxruntime has for `dtype`; undefined where they are the same. */
export function toOnnxruntime(dtype: DType, elements: number): KernelSource | undefined {
  const label = `${dtype} to onnxruntime`;
  if (dtype === 'int64') {
    // Two words, the lower one first, the upper one holding the sign.
    const body = 'let x = b0[i]; b1[2u * i] = x; b1[2u * i + 1u] = x >> 31u;';
    return {
      label,
      count: elements,
      bindings: [
        ['read', 'i32'],
        ['read_write', 'i32'],
      ],
      body,
    };
  }
  if (!isBytes(dtype)) return undefined;
  const body = `var word = 0u;
  for (var k = 0u; k < 4u; k++) {
    let at = 4u * i + k;
    if (at < ${elements}u) { word |= (b0[at] & 255u) << (8u * k); }
  }
  b1[i] = word;`;
  return {
    label,
    count: Math.ceil(elements / 4),
    bindings: [
      ['read', 'u32'],
      ['read_write', 'u32'],
    ],
    body,
  };
}

/** The inverse of {@link toOnnxruntime}. */
export function fromOnnxruntime(dtype: DType, elements: number): KernelSource | undefined {
  const label = `${dtype} from onnxruntime`;
  if (dtype === 'int64')
    return {
      label,
      count: elements,
      bindings: [
        ['read', 'i32'],
        ['read_write', 'i32'],
      ],
      body: 'b1[i] = b0[2u * i];',
    };
  if (!isBytes(dtype)) return undefined;
  const body = 'b1[i] = (b0[i / 4u] >> (8u * (i % 4u))) & 255u;';
  return {
    label,
    count: elements,
    bindings: [
      ['read', 'u32'],
      ['read_write', 'u32'],
    ],
    body,
  };
}

/** Bytes that a tensor takes in onnxruntime's layout. */
export function onnxruntimeBytes(dtype: DType, elements: number): number {
  const each = dtype === 'int64' ? 8 : isBytes(dtype) ? 1 : dtype === 'float16' ? 2 : 4;
  return Math.ceil((each * elements) / 16) * 16;
}

function isBytes(dtype: DType): boolean {
  return dtype === 'bool' || dtype === 'uint8';
}
