// Makes one shader of kernels that differ in large constants only (the steps of an unrolled loop): compiling is what takes long.
import { tensorOf } from '../ir/tensor.js';
import type { KernelCommand, PlanBuffer, PlanCommand } from './kernelPlan.js';

/** A kernel whose code names its large constants `offset_0`, `offset_1` … without saying what they are. */
export interface DraftKernel extends KernelCommand {
  readonly offsets: readonly number[];
}

/** Lines of a draft's code that are replaced when it is settled what its offsets are. */
export const offsetDeclarations = '// offsets';
export const offsetStatements = '  // offsets';

/** Smaller constants are spelled out: they are strides of windows and slices, by which shaders differ anyway. */
const leastOffset = 256;
/** A uniform block of 256 bytes, the least distance of two blocks in a buffer. */
const mostOffsets = 64;
const blockBytes = 256;

/** Names large constants in the order in which they appear. */
export class OffsetNames {
  readonly values: number[] = [];

  text(value: number): string {
    if (Math.abs(value) < leastOffset) return String(value);
    const known = this.values.indexOf(value);
    return `offset_${known < 0 ? this.values.push(value) - 1 : known}`;
  }
}

/** Numbers names like `k_5417` from 0 on in the order in which they appear: equal kernels become equal texts. */
export function canonicalNames(code: string): string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  return code.replace(/\b([A-Za-z]+)_(\d+)\b/g, (name: string, prefix: string) => {
    if (prefix === 'offset') return name;
    let known = names.get(name);
    if (known === undefined) {
      const count = counts.get(prefix) ?? 0;
      counts.set(prefix, count + 1);
      names.set(name, (known = `${prefix}_${count}`));
    }
    return known;
  });
}

/** Settles all drafts: offsets become constants of a shader, or where several kernels have its code, numbers read from a uniform block. */
export function shareKernels(commands: readonly (PlanCommand | DraftKernel)[], buffers: PlanBuffer[]): PlanCommand[] {
  const drafts = commands.filter((command): command is DraftKernel => 'offsets' in command);
  const variants = new Map<string, Set<string>>();
  for (const { code, offsets } of drafts) {
    const known = variants.get(code);
    if (known) known.add(offsets.join());
    else variants.set(code, new Set([offsets.join()]));
  }
  const blocks = new Map<string, number>();
  const isShared = ({ code, offsets }: DraftKernel): boolean =>
    variants.get(code)!.size > 1 && offsets.length <= mostOffsets;
  for (const draft of drafts)
    if (isShared(draft) && !blocks.has(draft.offsets.join())) blocks.set(draft.offsets.join(), blocks.size);
  const buffer = buffers.length;
  if (blocks.size > 0) buffers.push(blockBuffer([...blocks.keys()]));
  return commands.map((command) => {
    if (!('offsets' in command)) return command;
    const block = isShared(command) ? blocks.get(command.offsets.join())! : undefined;
    return block === undefined ? spelledOut(command) : reading(command, buffer, block);
  });
}

function blockBuffer(blocks: readonly string[]): PlanBuffer {
  const words = blockBytes / 4;
  const values = new Array<number>(blocks.length * words).fill(0);
  blocks.forEach((block, at) => {
    block.split(',').forEach((value, place) => (values[at * words + place] = Number(value)));
  });
  const data = tensorOf('int32', [values.length], values);
  return { label: 'offsets', storage: 'i32', elements: values.length, role: 'constant', data };
}

function spelledOut({ offsets, ...command }: DraftKernel): KernelCommand {
  const constants = offsets.map((value, at) => `const offset_${at}: i32 = ${value};`).join('\n');
  return { ...command, code: settled(command.code, constants, '') };
}

function reading({ offsets, ...command }: DraftKernel, buffer: number, block: number): KernelCommand {
  const binding = command.bindings.length;
  const declaration = `@group(0) @binding(${binding}) var<uniform> offsets: array<vec4<i32>, ${blockBytes / 16}>;`;
  const reads = offsets.map((_, at) => `  let offset_${at} = offsets[${at >> 2}].${'xyzw'[at & 3]!};`).join('\n');
  return {
    ...command,
    code: settled(command.code, declaration, reads),
    bindings: [...command.bindings, { buffer, access: 'uniform', offset: block * blockBytes, size: blockBytes }],
  };
}

function settled(code: string, declarations: string, statements: string): string {
  return code
    .split('\n')
    .map((line) => (line === offsetDeclarations ? declarations : line === offsetStatements ? statements : line))
    .filter((line) => line !== '')
    .join('\n');
}
