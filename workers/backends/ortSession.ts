// A session over onnxruntime's common interface, which its native and web packages share.
import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { isDType } from '../../engine/ir/dtype.js';
import type { Tensor } from '../../engine/ir/tensor.js';
import type { Session, Tensors } from './backend.js';

/** Wraps a loaded onnxruntime session; `Constructor` is the Tensor class of the same package. */
export class OrtSession implements Session {
  private readonly wrapped = new WeakMap<Tensor, OrtTensor>();

  constructor(
    private readonly session: InferenceSession,
    private readonly Constructor: TensorConstructor,
    /** Whether the package writes results into given tensors. */
    private readonly writesInto: boolean,
  ) {}

  get inputNames(): readonly string[] {
    return this.session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.session.outputNames;
  }

  async run(feeds: Tensors, into: Tensors = {}): Promise<Record<string, Tensor>> {
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, this.wrap(tensor)]));
    const outputs = Object.fromEntries(
      this.outputNames.map((name) => [name, this.writesInto && into[name] ? this.wrap(into[name]) : null]),
    );
    const results = await this.session.run(inputs, outputs);
    return Object.fromEntries(
      Object.entries(results).map(([name, result]) => [name, this.unwrap(name, result, into[name])]),
    );
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  private wrap(tensor: Tensor): OrtTensor {
    const known = this.wrapped.get(tensor);
    if (known) return known;
    const wrapped = new this.Constructor(tensor.dtype, tensor.data as Float32Array, tensor.shape);
    this.wrapped.set(tensor, wrapped);
    return wrapped;
  }

  private unwrap(name: string, result: OrtTensor, target: Tensor | undefined): Tensor {
    if (target && this.writesInto) return target;
    if (!isDType(result.type))
      throw new EngineError(
        'backend.type',
        `output '${name}': element type ${result.type} is not one that Descent reads`,
      );
    const tensor = { dtype: result.type, shape: [...result.dims], data: result.data as Float32Array } as Tensor;
    if (!target) return tensor;
    (target.data as Float32Array).set(tensor.data as Float32Array);
    return target;
  }
}
