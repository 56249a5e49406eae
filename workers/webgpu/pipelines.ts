// Compute pipelines of a device, compiled in parallel and kept by their code.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { KernelBinding } from '../../engine/kernels/kernelPlan.js';
import { shaderStageCompute } from './webgpuConstants.js';

export type Access = KernelBinding['access'];

export interface Shader {
  /** Names the kernel in errors and in tools. */
  readonly label: string;
  /** WGSL with an entry point `main`, whose bindings are @group(0) @binding(0…n−1). */
  readonly code: string;
  /** Of binding i. Layouts are made of it and not by the compiler, which would drop bindings that the code does not use. */
  readonly bindings: readonly Access[];
}

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

const bindingTypes = { read: 'read-only-storage', read_write: 'storage', uniform: 'uniform' } as const;

/** Pipelines kept beyond the life of their plan, so that opening a model again compiles nothing. */
const kept = 2048;

export class Pipelines {
  private readonly layouts = new Map<string, GPUBindGroupLayout>();
  /** In order of last use. */
  private readonly compiled = new Map<string, Promise<Pipeline>>();

  constructor(private readonly device: GPUDevice) {}

  /** Number of pipelines that are kept. */
  get size(): number {
    return this.compiled.size;
  }

  /**
   * The pipeline of `shader`, compiled on first use.
   * @throws EngineError `gpu.shader` with the compiler's words when the code is not valid
   */
  get(shader: Shader): Promise<Pipeline> {
    const key = `${shader.bindings.join()} ${shader.code}`;
    const made = this.compiled.get(key) ?? this.compile(shader);
    this.compiled.delete(key);
    this.compiled.set(key, made);
    const [oldest] = this.compiled.keys();
    if (this.compiled.size > kept && oldest !== undefined) this.compiled.delete(oldest);
    // A lost device compiles nothing any more, another one may.
    made.catch(() => this.compiled.delete(key));
    return made;
  }

  private async compile(shader: Shader): Promise<Pipeline> {
    const { label, code, bindings } = shader;
    const layout = this.layoutOf(bindings);
    this.device.pushErrorScope('validation');
    const module = this.device.createShaderModule({ label, code });
    const fault = this.device.popErrorScope();
    try {
      const pipeline = await this.device.createComputePipelineAsync({
        label,
        layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
      return { pipeline, layout };
    } catch (error) {
      throw await shaderError(shader, module, error);
    } finally {
      await fault;
    }
  }

  private layoutOf(bindings: readonly Access[]): GPUBindGroupLayout {
    const key = bindings.join();
    const known = this.layouts.get(key);
    if (known) return known;
    const layout = this.device.createBindGroupLayout({
      entries: bindings.map((access, binding) => ({
        binding,
        visibility: shaderStageCompute,
        buffer: { type: bindingTypes[access] },
      })),
    });
    this.layouts.set(key, layout);
    return layout;
  }
}

/** Names the kernel and quotes the line, where the compiler told it; else what the driver said. */
async function shaderError({ label, code }: Shader, module: GPUShaderModule, cause: unknown): Promise<EngineError> {
  const told = cause instanceof Error ? cause.message : String(cause);
  const { messages } = await module.getCompilationInfo();
  const first = messages.find(({ type }) => type === 'error');
  const where = first
    ? `line ${first.lineNum}, column ${first.linePos}: ${first.message}: ${code.split('\n')[first.lineNum - 1]?.trim() ?? ''}`
    : told.trim();
  return new EngineError('gpu.shader', `Kernel '${label}': its shader must compile on this adapter, got ${where}`);
}
