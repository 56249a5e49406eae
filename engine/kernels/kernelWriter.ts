// Writes one compute shader: declares the memory that its statements touch and wraps them in an entry point.
import type { Value } from '../ir/graph.js';
import type { Expression } from './expression.js';
import type { KernelBinding, Storage } from './kernelPlan.js';
import type { Location } from './memory.js';
import { ShaderText } from './shaderText.js';
import { canonicalNames, offsetDeclarations, offsetStatements, type DraftKernel } from './shareKernels.js';

interface Bound {
  readonly buffer: number;
  readonly name: string;
  readonly storage: Storage;
  access: KernelBinding['access'];
}

export interface KernelFrame {
  readonly label: string;
  readonly workgroupSize: readonly [number, number, number];
  readonly workgroups: readonly [number, number, number];
  readonly nodes: readonly string[];
  readonly flops: number;
  readonly bytes: number;
  /** Declarations at module level: workgroup memory, functions. */
  readonly declarations?: string;
}

/** Names of the entry point's parameters: global_invocation_id, local_invocation_id, workgroup_id, local_invocation_index. */
export const builtins = { global: 'global', local: 'local', workgroup: 'workgroup', thread: 'thread' } as const;

export class KernelWriter {
  readonly text: ShaderText;
  private readonly bound = new Map<number, Bound>();
  private half = false;

  constructor(
    private readonly locate: (value: Value) => Location,
    /** Where the guard's flag lies, if stores to state ask it. */
    private readonly guard: Location | undefined,
  ) {
    this.text = new ShaderText((source, index) => this.element(this.locate(source), index));
  }

  /** The text of element `index` of a location, of the memory's own type. */
  element(location: Location, index: string, access: KernelBinding['access'] = 'read'): string {
    const { name } = this.bind(location, access);
    return `${name}[${location.offset === 0 ? index : `${index} + ${this.text.offsets.text(location.offset)}`}]`;
  }

  /** The statement that writes an expression's text to memory; guarded stores happen only while the guard holds. */
  store(location: Location, index: string, value: Expression, guarded: boolean): void {
    const text = this.text.text(value);
    const statement = `${this.element(location, index, 'read_write')} = ${value.type === 'bool' ? `u32(${text})` : text};`;
    if (guarded && this.guard)
      this.text.block(`if (${this.element(this.guard, '0')} == 0u)`, [], true, () => this.text.line(statement));
    else this.text.line(statement);
  }

  command(frame: KernelFrame): DraftKernel {
    return {
      kind: 'kernel',
      label: frame.label,
      code: canonicalNames(this.code(frame)),
      offsets: this.text.offsets.values,
      bindings: [...this.bound.values()].map(({ buffer, access }) => ({ buffer, access })),
      workgroups: frame.workgroups,
      nodes: frame.nodes,
      flops: frame.flops,
      bytes: frame.bytes,
    };
  }

  private code({ workgroupSize, declarations = '' }: KernelFrame): string {
    const body = this.text.body();
    const functions = this.text.functions();
    const memory = [...this.bound.values()].map(
      ({ name, storage, access }, index) =>
        `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<${storage}>;`,
    );
    const usesHalf = this.half || /\bf16\b/.test(body + functions + declarations + memory.join());
    return [
      ...(usesHalf ? ['enable f16;'] : []),
      ...memory,
      offsetDeclarations,
      ...[functions, declarations].filter((part) => part !== ''),
      `@compute @workgroup_size(${workgroupSize.join(', ')})`,
      'fn main(@builtin(global_invocation_id) global: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) thread: u32) {',
      offsetStatements,
      body,
      '}',
    ].join('\n');
  }

  private bind({ buffer, storage }: Location, access: KernelBinding['access']): Bound {
    let bound = this.bound.get(buffer);
    if (!bound) this.bound.set(buffer, (bound = { buffer, name: `memory${this.bound.size}`, storage, access }));
    if (access === 'read_write') bound.access = access;
    return bound;
  }
}
