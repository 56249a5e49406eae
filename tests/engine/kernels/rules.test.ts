// Every kernel rule against onnxruntime and the cases' expectations, computed on the CPU: needs no GPU.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../engine/autodiff/examineCase.js';
import { buildSubject, type BuiltSubject } from '../../../engine/autodiff/gradientSubject.js';
import { randomNumbers } from '../../../engine/autodiff/numericGradient.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { kernelRules, ruleOf } from '../../../engine/kernels/rules/index.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { allCases } from '../../../engine/ops/cases.js';
import type { OpCase } from '../../../engine/ops/defineCases.js';
import { Emit } from '../../../engine/ops/emit.js';
import { allDefinitions, definitionOf } from '../../../engine/ops/index.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { applications, apply, drawsFrom } from '../ops/applications.js';
import { evaluateNode } from './evaluateNode.js';
import { tensorError } from './tensorError.js';

type Tensors = Readonly<Record<string, Tensor>>;

/** Cases that onnxruntime computes, with the reason. */
const withoutRule: Readonly<Record<string, string>> = {
  'Cast: float32 to float64': 'float64',
  'ConstantOfShape: a given value, a fed shape': 'shape known at run time only',
  'Range: fed bounds, downwards': 'shape known at run time only',
};

function build(type: string, example: OpCase): BuiltSubject {
  return buildSubject(subjectOf(definitionOf(type)!, example), 'float32', 0);
}

async function runNative(graph: Graph, feeds: Tensors): Promise<Tensors> {
  const session = await ortNative.open(encodeModel(graph), { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

const lookUp =
  (feeds: Tensors) =>
  (value: Value): Tensor =>
    value.constant ?? feeds[value.name]!;

describe('kernel rules', () => {
  for (const { type, cases } of allCases)
    for (const example of cases) {
      const name = `${type}: ${example.name}`;
      if (withoutRule[name] || !kernelRules[type]) continue;
      it(name, async () => {
        const { graph, feeds, outputs } = build(type, example);
        const node = outputs[0]!.producer!;
        expect(ruleOf(node)).toBeDefined();
        const results = await runNative(graph, feeds);
        const computed = evaluateNode(node, lookUp(feeds));
        outputs.forEach((value, at) => {
          const tolerance = example.forwardTolerance ?? 1e-5;
          for (const wanted of [results[value.name]!, example.expected?.[at]])
            if (wanted) expect(tensorError(computed[at]!, wanted)).toBeLessThanOrEqual(tolerance);
        });
      });
    }

  it('hold for random shapes and attributes of the reduction, shaping and indexing operators', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(9999)), async (stream) => {
        const draw = drawsFrom(stream);
        const emit = new Emit(new Graph());
        const feeds: Record<string, Tensor> = {};
        const wanted: [what: string, outputs: Value[]][] = [];
        for (const [type, make] of Object.entries(applications)) {
          const application = make(draw);
          const { inputs, outputs } = apply(emit, type, application);
          inputs.forEach(({ name, dtype, shape }, at) => {
            const count = sizeOf(shape as readonly number[]);
            const numbers = application.indices?.includes(at) ? new Float64Array(count) : positive(type, count, at);
            feeds[name] = tensorOf(dtype!, shape as readonly number[], numbers);
          });
          outputs.forEach((output) => emit.output(output));
          wanted.push([`${type} ${JSON.stringify({ ...application, constants: undefined })}`, outputs]);
        }
        const results = await runNative(emit.graph, feeds);
        for (const [what, outputs] of wanted) {
          const node = outputs[0]!.producer!;
          expect([what, ruleOf(node) !== undefined]).toEqual([what, true]);
          const errors = evaluateNode(node, lookUp(feeds)).map((tensor, at) =>
            tensorError(tensor, results[outputs[at]!.name]!),
          );
          expect([what, errors.every((error) => error <= 1e-5), errors]).toEqual([what, true, errors]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Logarithms are taken of positive numbers. */
function positive(type: string, count: number, seed: number): Float64Array {
  return randomNumbers(count, seed).map((x) => (type === 'ReduceLogSum' ? Math.abs(x) + 0.1 : x));
}

describe('what goes to onnxruntime', () => {
  it('are these operators', () => {
    const missing = allDefinitions().filter(({ type, domain }) => domain === '' && !kernelRules[type]);
    expect(missing.map(({ type }) => type).sort()).toEqual(['GRU', 'LSTM', 'RNN']);
  });

  it('are these cases', () => {
    const found = allCases.flatMap(({ type, cases }) =>
      cases
        .filter((example) => kernelRules[type] && !ruleOf(build(type, example).outputs[0]!.producer!))
        .map(({ name }) => `${type}: ${name}`),
    );
    expect(found.sort()).toEqual(Object.keys(withoutRule).sort());
  });
});
