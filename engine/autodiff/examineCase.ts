// Runs one case of an operator on a backend: result against expectation, inferred against actual type,
// gradients against central differences.
import { sameShape, formatShape } from '../ir/shape.js';
import { element, type Tensor } from '../ir/tensor.js';
import { Graph, type Value } from '../ir/graph.js';
import type { CaseInput, OpCase, OpCases } from '../ops/defineCases.js';
import { isNotDifferentiable, type OpDefinition } from '../ops/defineOp.js';
import { Emit } from '../ops/emit.js';
import { definitionOf } from '../ops/index.js';
import { EngineError } from '../ir/diagnostic.js';
import { checkGradients, type GradientCheckSides, type GradientError, type OpenGraph } from './checkGradients.js';
import type { GradientSubject, SubjectInput } from './gradientSubject.js';

export interface CaseReport {
  /** What is wrong with the forward result, in sentences. */
  readonly faults: readonly string[];
  readonly gradients: readonly (GradientError & { readonly pass: boolean })[];
}

/** Examines one case; throws what building, loading or running it throws. */
export async function examineCase(
  op: OpCases,
  example: OpCase,
  open: OpenGraph,
  sides: GradientCheckSides = {},
): Promise<CaseReport> {
  const definition = definitionOf(op.type);
  if (!definition) throw new EngineError('op.unknown', `${op.type}: cases of an operator that is not defined`);
  const subject = subjectOf(definition, example);
  const wanted = subject.inputs.some((input) => input?.wanted);
  const order = example.gradient === false || !wanted ? 0 : (example.smooth ?? op.smooth) ? 2 : 1;
  const report = await checkGradients(subject, open, order, sides);
  const folded = foldedOutputs(definition, example);
  const faults = report.outputs.flatMap(({ value, tensor }, index) => [
    ...typeFaults(value, tensor),
    ...valueFaults(value, tensor, example.expected?.[index], example.forwardTolerance ?? 1e-5),
    ...valueFaults(value, tensor, folded?.[index], 1e-5).map((fault) => `constant folding: ${fault}`),
  ]);
  const tolerance = example.tolerance ?? 2e-3;
  return { faults, gradients: report.errors.map((error) => ({ ...error, pass: error.error <= tolerance })) };
}

/** The case as a computation whose gradients can be checked. */
export function subjectOf(definition: OpDefinition, example: OpCase): GradientSubject {
  return {
    inputs: example.inputs.map((input, index) => input && subjectInput(definition, input, index)),
    build: (emit, inputs) => emit.nodes(definition.type, inputs, example.attributes ?? {}, example.outputs ?? 1),
  };
}

/** The outputs as the operator's own evaluation gives them, where it has one. */
function foldedOutputs(definition: OpDefinition, example: OpCase): readonly Tensor[] | undefined {
  const emit = new Emit(new Graph());
  const inputs = example.inputs.map((input) => input && emit.constant(input.tensor));
  const [output] = emit.nodes(definition.type, inputs, example.attributes ?? {}, example.outputs ?? 1);
  return definition.evaluate(output!.producer!);
}

function subjectInput(definition: OpDefinition, input: CaseInput, index: number): SubjectInput {
  const last = definition.inputs.length - 1;
  const port = definition.inputs[Math.min(index, last)]!;
  const rule = definition.gradientOf(index);
  const refused = isNotDifferentiable(rule) && !rule.zero;
  const wanted = !input.constant && input.tensor.dtype === 'float32' && !refused;
  return { name: port.variadic ? `${port.name}_${index - last}` : port.name, ...input, wanted };
}

function typeFaults(value: Value, actual: Tensor): string[] {
  const faults: string[] = [];
  if (value.dtype !== actual.dtype) faults.push(`${value.name}: inferred ${String(value.dtype)}, got ${actual.dtype}`);
  const known = value.shape?.map((dim, axis) => (typeof dim === 'number' ? dim : (actual.shape[axis] ?? null)));
  if (known && !sameShape(known, actual.shape))
    faults.push(`${value.name}: inferred ${formatShape(value.shape)}, got ${formatShape(actual.shape)}`);
  return faults;
}

function valueFaults(value: Value, actual: Tensor, expected: Tensor | undefined, tolerance: number): string[] {
  if (!expected) return [];
  if (actual.dtype !== expected.dtype) return [`${value.name}: expected ${expected.dtype}, got ${actual.dtype}`];
  if (!sameShape(actual.shape, expected.shape))
    return [`${value.name}: expected shape ${formatShape(expected.shape)}, got ${formatShape(actual.shape)}`];
  for (let index = 0; index < expected.data.length; index++) {
    const [wanted, got] = [element(expected, index), element(actual, index)];
    const close =
      Object.is(wanted, got) || wanted === got || Math.abs(wanted - got) <= tolerance * (1 + Math.abs(wanted));
    if (!close) return [`${value.name}: expected ${wanted} at ${index}, got ${got}`];
  }
  return [];
}
