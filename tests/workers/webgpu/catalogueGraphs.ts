// Graphs with gradients of everything in the catalogue: operators, layers, losses, metrics, optimizers, clipping.
import { readFileSync } from 'node:fs';
import { subjectOf } from '../../../engine/autodiff/examineCase.js';
import { buildSubject } from '../../../engine/autodiff/gradientSubject.js';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import { isFloat } from '../../../engine/ir/dtype.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { uniforms } from '../../../engine/random/fields.js';
import { allCases } from '../../../engine/ops/cases.js';
import { Emit } from '../../../engine/ops/emit.js';
import { definitionOf } from '../../../engine/ops/index.js';
import { lossOf } from '../../../engine/training/losses/index.js';
import { reduceLoss } from '../../../engine/training/losses/reduceLoss.js';
import { metrics } from '../../../engine/training/metrics/index.js';
import { clipGradients } from '../../../engine/training/optimizers/clip.js';
import { optimizerOf } from '../../../engine/training/optimizers/index.js';
import type { OptionArguments } from '../../../engine/training/options.js';
import { layerCases } from '../../engine/layers/layerCases.js';
import { addGradients, lowerCase } from '../../engine/layers/runLayer.js';

export interface CatalogueGraph {
  readonly name: string;
  readonly graph: Graph;
  /** Values for the inputs, of the kind that each takes. */
  readonly feeds: Readonly<Record<string, Tensor>>;
}

export function catalogueGraphs(): CatalogueGraph[] {
  return [
    ...operatorGraphs(),
    ...layerGraphs(),
    ...lossGraphs(),
    ...metricGraphs(),
    ...optimizerGraphs(),
    ...clipGraphs(),
  ];
}

export function operatorGraphs(): CatalogueGraph[] {
  return allCases.flatMap((op) =>
    op.cases.map((example) => {
      const subject = subjectOf(definitionOf(op.type)!, example);
      const wanted = subject.inputs.some((input) => input?.wanted);
      const order = example.gradient === false || !wanted ? 0 : (example.smooth ?? op.smooth) ? 2 : 1;
      const { graph, feeds } = buildSubject(subject, 'float32', order);
      return { name: `${op.type}: ${example.name}`, graph, feeds };
    }),
  );
}

export function layerGraphs(): CatalogueGraph[] {
  return layerCases.map((layer) => {
    const lowered = lowerCase(layer, true, 4);
    addGradients(
      lowered,
      lowered.graph.inputs.filter((input) => isFloat(input.dtype)),
    );
    return { name: `${layer.type}: ${layer.name}`, graph: lowered.graph, feeds: plainFeeds(lowered.graph) };
  });
}

/** Floats between 0.05 and 1, integers that are 0 or 1. */
export function plainFeeds(graph: Graph): Record<string, Tensor> {
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype, shape }) => {
      const dims = shape as readonly number[];
      const drawn = uniforms({ seed: 1, purpose: name }, sizeOf(dims));
      const values = drawn.map((value) => (isFloat(dtype) ? 0.05 + 0.95 * value : Math.round(value)));
      return [name, tensorOf(dtype!, dims, values)];
    }),
  );
}

function built(name: string, build: (emit: Emit) => readonly Value[]): CatalogueGraph {
  const emit = new Emit(new Graph('catalogue'));
  for (const value of build(emit)) emit.output(emit.identity(value));
  return { name, graph: emit.graph, feeds: plainFeeds(emit.graph) };
}

interface Golden {
  readonly cases: readonly {
    readonly type: string;
    readonly options: OptionArguments;
    readonly learningRate: number;
    readonly shape: readonly number[];
    readonly target: { readonly shape: readonly number[]; readonly integral: boolean } | null;
  }[];
  readonly shapes: readonly (readonly number[])[];
}

function golden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`../../golden/training/${name}.json`, import.meta.url), 'utf8')) as Golden;
}

export function lossGraphs(): CatalogueGraph[] {
  return golden('losses').cases.flatMap(({ type, options, shape, target }) =>
    (target?.integral ? (['int64', 'int32'] as const) : (['float32'] as const)).map((dtype) =>
      built(`loss ${type} ${JSON.stringify(options)} ${dtype}`, (emit) => {
        const prediction = emit.input('prediction', 'float32', shape);
        const weights = emit.input('weights', 'float32', [shape[0]!]);
        const given = target ? emit.input('target', dtype, target.shape) : prediction;
        const loss = reduceLoss(emit, lossOf(type).perExample({ emit, prediction, target: given, options }), weights);
        return [loss, ...differentiate(emit, [{ value: loss }], [prediction]).flatMap((value) => value ?? [])];
      }),
    ),
  );
}

export function metricGraphs(): CatalogueGraph[] {
  const batch = 4;
  return metrics.flatMap(({ type, update }) =>
    [
      { name: 'classes', prediction: [5], target: [], dtype: 'int64' as const },
      { name: 'classes as int32', prediction: [5], target: [], dtype: 'int32' as const },
      { name: 'values', prediction: [1], target: [1], dtype: 'float32' as const },
    ].flatMap((split) => {
      if (!update) return [];
      try {
        return built(`metric ${type}, ${split.name}`, (emit) => [
          update({
            emit,
            prediction: emit.input('prediction', 'float32', [batch, ...split.prediction]),
            target: emit.input('target', split.dtype, [batch, ...split.target]),
            weight: emit.input('weight', 'float32', [batch]),
            options: {},
          }),
        ]);
      } catch {
        // A metric of classes has no meaning for values, and the other way round.
        return [];
      }
    }),
  );
}

export function optimizerGraphs(): CatalogueGraph[] {
  const { cases, shapes } = golden('optimizers');
  return cases.flatMap(({ type, options, learningRate }) =>
    shapes.map((shape) =>
      built(`optimizer ${type} ${JSON.stringify(options)} [${shape.join()}]`, (emit) => {
        const optimizer = optimizerOf(type);
        const scalars = optimizer.scalars({ step: 1, learningRate, options });
        const next = optimizer.update({
          emit,
          parameter: emit.input('parameter', 'float32', shape),
          gradient: emit.input('gradient', 'float32', shape),
          slots: Object.fromEntries(
            optimizer.slots(options, shape).map(({ name }) => [name, emit.input(name, 'float32', shape)]),
          ),
          scalars: Object.fromEntries(Object.keys(scalars).map((name) => [name, emit.input(name, 'float32', [])])),
          options,
        });
        return [next.parameter, ...Object.values(next.slots)];
      }),
    ),
  );
}

export function clipGraphs(): CatalogueGraph[] {
  return (['norm', 'value'] as const).map((by) =>
    built(`clip by ${by}`, (emit) =>
      clipGradients(emit, [emit.input('a', 'float32', [2, 3]), emit.input('b', 'float32', [4])], { by, limit: 0.5 }),
    ),
  );
}
