// What supervised training needs of a model, be it drawn (a spec) or imported (an ONNX graph).
import type { Value } from '../ir/graph.js';
import { lowerModel } from '../layers/lowerModel.js';
import type { ModelHost } from '../layers/modelLowering.js';
import type { ModelSpec } from '../layers/modelSpec.js';
import type { ImportedSource } from './importedModel.js';
import { importedModel } from './importedModel.js';

export interface ForwardModel {
  readonly name: string;
  /** Names of the inputs, as the data must give them. */
  readonly inputs: readonly string[];
  /** Emits the model over `inputs` onto `host` and returns its prediction. */
  lower(host: ModelHost, inputs: ReadonlyMap<string, Value>): Value;
}

/** The model of a spec: its first output is the prediction. */
export function specModel(spec: ModelSpec): ForwardModel {
  return {
    name: spec.name,
    inputs: spec.inputs.map(({ id }) => id),
    lower: (host, inputs) => lowerModel(spec, host, inputs).outputs[0]!,
  };
}

/** The drawn model, or the imported one where there is a file. */
export function forwardModelOf(source: {
  readonly spec?: ModelSpec;
  readonly imported?: ImportedSource;
}): ForwardModel {
  return source.imported ? importedModel(source.imported) : specModel(source.spec!);
}
