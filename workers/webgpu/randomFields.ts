// All random fields of a step in one dispatch: Philox4x32-10 and the transforms of engine/random in WGSL, bit for bit.
import { sizeOf } from '../../engine/ir/shape.js';
import { tensor, type Tensor } from '../../engine/ir/tensor.js';
import { normalTable } from '../../engine/random/normalTable.js';
import { fieldKey, philoxConstants } from '../../engine/random/philox.js';
import type { RandomField } from '../../engine/training/stepGraph.js';
import type { PlanBuffer } from '../../engine/kernels/kernelPlan.js';
import { stridingMain, workgroupsFor, type StepKernel } from './stepKernel.js';

/** Where the step's number lies in the scalars' buffer, in words: low, then high half. */
export interface RandomFieldsOptions {
  readonly seed: number;
  readonly stepAt: number;
  /** Labels of the buffers that are read and written. */
  readonly scalars: string;
  readonly random: string;
}

export interface RandomFields {
  /** Where each field begins, in elements of the buffer: at multiples of 4, a Philox block. */
  readonly offsets: Readonly<Record<string, number>>;
  /** float32 elements that the buffer holds. */
  readonly elements: number;
  readonly kernel: StepKernel;
  /** The kernel's constants. */
  readonly buffers: readonly PlanBuffer[];
}

const tableLabel = 'random/tables';
const operationsPerBlock = 10 * 12 + 4 * 12;

/** The fields one behind the other; element e of a field is word e of its key, as `uniforms` and `normals` draw them. */
export function randomFields(fields: readonly RandomField[], options: RandomFieldsOptions): RandomFields {
  const offsets: Record<string, number> = {};
  let blocks = 0;
  const entries = fields.flatMap(({ name, shape, distribution }) => {
    const [key0, key1] = fieldKey(options.seed, name);
    const entry = [blocks, key0, key1, distribution === 'normal' ? 1 : 0];
    offsets[name] = blocks * 4;
    blocks += Math.ceil(sizeOf(shape) / 4);
    return entry;
  });
  const table = tableTensor(entries);
  const kernel: StepKernel = {
    label: 'random',
    code: shader(fields.length, blocks, options.stepAt),
    bindings: [
      { buffer: options.scalars, access: 'read' },
      { buffer: tableLabel, access: 'read' },
      { buffer: options.random, access: 'read_write' },
    ],
    workgroups: workgroupsFor(blocks),
    flops: blocks * operationsPerBlock,
    bytes: blocks * 16,
  };
  const buffer: PlanBuffer = {
    label: tableLabel,
    storage: 'i32',
    elements: table.data.length,
    role: 'constant',
    data: table,
  };
  return { offsets, elements: blocks * 4, kernel, buffers: [buffer] };
}

/** The cubics of the normal distribution, then for each field: first block, key, whether it is normal. */
function tableTensor(entries: readonly number[]): Tensor<'int32'> {
  const cubics = normalTable();
  const data = new Int32Array(cubics.length + entries.length);
  data.set(cubics);
  data.set(entries, cubics.length);
  return tensor('int32', [data.length], data);
}

function shader(fields: number, blocks: number, stepAt: number): string {
  const { multiplier0, multiplier1, weyl0, weyl1, rounds } = philoxConstants;
  const firstField = normalTable().length / 4;
  return `@group(0) @binding(0) var<storage, read> scalars: array<u32>;
@group(0) @binding(1) var<storage, read> tables: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> random: array<vec4f>;

fn multiplyHigh(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let cross = aLow * bHigh + (middle & 0xffffu);
  return aHigh * bHigh + (middle >> 16u) + (cross >> 16u);
}

fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < ${rounds}u; round++) {
    let high0 = multiplyHigh(${multiplier0}u, c.x);
    let low0 = ${multiplier0}u * c.x;
    let high1 = multiplyHigh(${multiplier1}u, c.z);
    let low1 = ${multiplier1}u * c.z;
    c = vec4u(high1 ^ c.y ^ k.x, low1, high0 ^ c.w ^ k.y, low0);
    k += vec2u(${weyl0}u, ${weyl1}u);
  }
  return c;
}

fn normal(word: u32) -> f32 {
  let tail = (word << 1u) | 1u;
  let octave = countLeadingZeros(tail);
  let scaled = tail << octave;
  let cubic = tables[(octave << 4u) | ((scaled >> 27u) & 15u)];
  let t = scaled << 5u;
  let z = cubic.x - multiplyHigh(t, cubic.y - multiplyHigh(t, cubic.z - multiplyHigh(t, cubic.w)));
  let rounded = i32((z + 128u) >> 8u);
  return f32(select(rounded, -rounded, word >= 0x80000000u)) * 0x1p-21f;
}

${stridingMain(
  blocks,
  `    var low = 0u;
    var high = ${fields}u;
    while (high - low > 1u) {
      let middle = (low + high) / 2u;
      if (tables[${firstField}u + middle].x <= i) { low = middle; } else { high = middle; }
    }
    let field = tables[${firstField}u + low];
    let words = philox(vec4u(i - field.x, 0u, scalars[${stepAt}], scalars[${stepAt + 1}]), field.yz);
    if (field.w == 1u) {
      random[i] = vec4f(normal(words.x), normal(words.y), normal(words.z), normal(words.w));
    } else {
      random[i] = vec4f(words >> vec4u(8u)) * 0x1p-24f;
    }`,
)}`;
}
