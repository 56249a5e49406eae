// The trained model as a graph of its own: weights as constants, any batch, preprocessing inside where asked.
import { Graph, type Value } from '../ir/graph.js';
import { EngineError } from '../ir/diagnostic.js';
import type { Tensor } from '../ir/tensor.js';
import { tensorOf } from '../ir/tensor.js';
import type { Feature, InputTransform, Preprocessing } from '../data/preprocessing.js';
import { widthOf } from '../data/preprocessing.js';
import { batchName } from '../layers/lowerModel.js';
import type { ModelHost } from '../layers/modelLowering.js';
import { runPasses } from '../passes/runPasses.js';
import { Emit } from '../ops/emit.js';
import type { ForwardModel } from './forwardModel.js';
import { namesInData, type ExampleType } from './supervised.js';
import { inUnit, targetUnitOf } from './targetUnit.js';

export interface ExportRequest {
  readonly model: ForwardModel;
  /** Parameters and buffers by name. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly inputs: Readonly<Record<string, ExampleType>>;
  /** Left out: the graph takes what the model takes. */
  readonly preprocessing?: Preprocessing | undefined;
  /** Examples at a time; left out: any number. */
  readonly batch?: number | undefined;
}

type Batch = number | typeof batchName;

/** Inputs have a symbolic batch unless one is given; the output is `output`, with `probabilities` or the target's own unit where preprocessing is inside. */
export function exportGraph(request: ExportRequest): Graph {
  const { model, preprocessing, batch = batchName } = request;
  const graph = new Graph(model.name);
  const emit = new Emit(graph);
  const host = new ConstantHost(emit, request.weights);
  const inputs = new Map(
    namesInData(model, request.inputs).map(([id, name]) => {
      const type = request.inputs[name]!;
      const transform = preprocessing?.inputs.find(({ input }) => input === name);
      return [
        id,
        transform ? preprocess(emit, transform, type, batch) : emit.input(name, type.dtype, [batch, ...type.shape]),
      ];
    }),
  );
  const prediction = model.lower(host, inputs);
  for (const output of preprocessing ? restored(emit, prediction, preprocessing) : [named(emit, prediction, 'output')])
    emit.output(output);
  runPasses(graph);
  return graph;
}

/** Gives every tensor of the state as a constant. */
class ConstantHost implements ModelHost {
  readonly training = false;

  constructor(
    readonly emit: Emit,
    private readonly weights: ReadonlyMap<string, Tensor>,
  ) {}

  parameter(name: string): Value {
    const tensor = this.weights.get(name);
    if (!tensor)
      throw new EngineError('export.weight', `Export: tensor '${name}' is not in the checkpoint`, { node: name });
    return this.emit.constant(tensor, name);
  }

  buffer(name: string): Value {
    return this.parameter(name);
  }

  update(name: string): void {
    throw new EngineError('export.training', `Export: '${name}' is updated, which only training does`);
  }

  random(name: string): Value {
    throw new EngineError('export.training', `Export: '${name}' is random, which only training is`);
  }
}

function named(emit: Emit, value: Value, name: string): Value {
  const output = value.producer ? value : emit.identity(value);
  output.name = name;
  return output;
}

function preprocess(emit: Emit, transform: InputTransform, type: ExampleType, batch: Batch): Value {
  return emit.within('preprocessing', () => {
    switch (transform.kind) {
      case 'features':
        return features(emit, transform.features, batch);
      case 'array':
        return standardised(emit, transform, batch);
      default:
        // Index codes: what they mean stands in the metadata.
        return emit.input(transform.input, type.dtype, [batch, ...type.shape]);
    }
  });
}

/** (value × scale − mean[c]) / std[c] */
function standardised(
  emit: Emit,
  { input, shape, scale, mean, std }: InputTransform & { kind: 'array' },
  batch: Batch,
): Value {
  const raw = emit.input(input, 'float32', [batch, ...shape]);
  const perChannel = (values: readonly number[]): Value =>
    emit.constant(tensorOf('float32', [values.length, ...shape.slice(1).map(() => 1)], values));
  const factor = perChannel(std.map((deviation) => scale / deviation));
  const offset = perChannel(mean.map((value, channel) => -value / std[channel]!));
  return emit.add(emit.mul(raw, factor), offset);
}

/** A column is an input of its own: numbers float32 [batch, 1], NaN where missing; categories int64 [batch]. */
function features(emit: Emit, all: readonly Feature[], batch: Batch): Value {
  return emit.concat(
    all.map((feature) =>
      feature.kind === 'number' ? numberFeature(emit, feature, batch) : oneHotFeature(emit, feature, batch),
    ),
    1,
  );
}

function numberFeature(
  emit: Emit,
  { column, fill, mean, std, missingFlag }: Feature & { kind: 'number' },
  batch: Batch,
): Value {
  const raw = emit.input(column, 'float32', [batch, 1]);
  const missing = emit.node('IsNaN', [raw]);
  const value = emit.div(emit.sub(emit.where(missing, fill, raw), mean), std);
  return missingFlag ? emit.concat([value, emit.indicator(missing, raw)], 1) : value;
}

/** Codes outside the list select the last level, '?'. */
function oneHotFeature(emit: Emit, feature: Feature & { kind: 'oneHot' }, batch: Batch): Value {
  const width = widthOf(feature);
  const code = emit.input(feature.column, 'int64', [batch]);
  const known = emit.and(
    emit.node('GreaterOrEqual', [code, emit.scalar(0, 'int64')]),
    emit.node('Less', [code, emit.scalar(width - 1, 'int64')]),
  );
  const level = emit.where(known, code, emit.scalar(width - 1, 'int64'));
  const values = emit.constant(tensorOf('float32', [2], [0, 1]));
  return emit.node('OneHot', [level, emit.ints([width]), values], { axis: -1 });
}

/** The nodes are named `restored/…`. */
function restored(emit: Emit, prediction: Value, preprocessing: Preprocessing): Value[] {
  return emit.within('restored', () => {
    const unit = targetUnitOf(preprocessing);
    if (unit) return [named(emit, inUnit(emit, prediction, unit), 'output')];
    const probabilities = emit.softmax(prediction);
    return [named(emit, prediction, 'output'), named(emit, probabilities, 'probabilities')];
  });
}
