// Shader modules, layouts and pipelines that onnxruntime makes on a device, shared by all of its sessions there.

/** Programs kept; each context of onnxruntime keeps its own reference as long as it needs it. */
const kept = 4096;

/** What a `createX` call gives is kept by what it was asked for, so that opening a graph again compiles nothing. */
export class SharedPrograms {
  private readonly made = new Map<string, unknown>();
  private readonly names = new WeakMap<object, string>();
  private count = 0;

  constructor(private readonly device: GPUDevice) {}

  bindGroupLayout(descriptor: GPUBindGroupLayoutDescriptor): GPUBindGroupLayout {
    const entries = [...descriptor.entries];
    return this.share(`layout ${JSON.stringify(entries)}`, () => this.device.createBindGroupLayout(descriptor));
  }

  pipelineLayout(descriptor: GPUPipelineLayoutDescriptor): GPUPipelineLayout {
    const groups = [...descriptor.bindGroupLayouts].map((layout) => (layout ? this.nameOf(layout) : '-'));
    return this.share(`pipeline layout ${groups.join()}`, () => this.device.createPipelineLayout(descriptor));
  }

  shaderModule(descriptor: GPUShaderModuleDescriptor): GPUShaderModule {
    return this.share(`module ${descriptor.code}`, () => this.device.createShaderModule(descriptor));
  }

  computePipeline(descriptor: GPUComputePipelineDescriptor): Promise<GPUComputePipeline> {
    const { layout, compute } = descriptor;
    const words = [
      typeof layout === 'string' ? layout : this.nameOf(layout),
      this.nameOf(compute.module),
      compute.entryPoint ?? '',
      JSON.stringify(compute.constants ?? {}),
    ];
    const key = `pipeline ${words.join(' ')}`;
    return this.share(key, () => {
      const compiled = this.device.createComputePipelineAsync(descriptor);
      compiled.catch(() => this.made.delete(key));
      return compiled;
    });
  }

  private share<T extends object>(key: string, make: () => T): T {
    const known = (this.made.get(key) as T | undefined) ?? make();
    this.made.delete(key);
    this.made.set(key, known);
    const [oldest] = this.made.keys();
    if (this.made.size > kept && oldest !== undefined) this.made.delete(oldest);
    return known;
  }

  /** A word that stands for this very object. */
  private nameOf(made: object): string {
    const name = this.names.get(made) ?? String(this.count++);
    this.names.set(made, name);
    return name;
  }
}

const ofDevice = new WeakMap<GPUDevice, SharedPrograms>();

export function programsOf(device: GPUDevice): SharedPrograms {
  const programs = ofDevice.get(device) ?? new SharedPrograms(device);
  ofDevice.set(device, programs);
  return programs;
}
