// Operators and their gradients against PyTorch (operators.json, made by makeOperatorGoldens.py), every lowering.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/autodiff/differentiate.js';
import type { DType } from '../../../engine/ir/dtype.js';
import { Graph, type Value } from '../../../engine/ir/graph.js';
import { elements, tensorOf, type Tensor } from '../../../engine/ir/tensor.js';
import { encodeModel } from '../../../engine/onnx/encode.js';
import { Emit, type LoweringChoices } from '../../../engine/ops/emit.js';
import { definitionOf } from '../../../engine/ops/index.js';
import type { Backend } from '../../../workers/backends/backend.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { ortWasm } from '../../../workers/backends/ortWasm.node.js';

interface Packed {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Golden {
  readonly op: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
  readonly inputs: readonly (Packed | null)[];
  readonly outputs: readonly (Packed | null)[];
  readonly outputGradients: readonly (Packed | null)[];
  readonly gradients: readonly (Packed | null)[];
}

const goldens = JSON.parse(readFileSync(new URL('operators.json', import.meta.url), 'utf8')) as Golden[];
const unpack = ({ dtype, shape, data }: Packed): Tensor => tensorOf(dtype, shape, data);

interface Computed {
  readonly outputs: readonly Tensor[];
  readonly gradients: readonly (Tensor | undefined)[];
}

/** Runs a golden's operator, with its gradients or alone. */
async function compute(
  golden: Golden,
  backend: Backend,
  withGradients: boolean,
  choices?: LoweringChoices,
): Promise<Computed> {
  const emit = new Emit(new Graph(), choices);
  const feeds: Record<string, Tensor> = {};
  const feed = (name: string, packed: Packed): Value => {
    feeds[name] = unpack(packed);
    return emit.input(name, packed.dtype, packed.shape);
  };
  const inputs = golden.inputs.map((input, index) => (input ? feed(`x${index}`, input) : undefined));
  const specs = definitionOf(golden.op)!.attributes;
  const attributes = Object.fromEntries(
    Object.entries(golden.attributes).map(([name, value]) => [
      name,
      specs[name]!.decode({ kind: specs[name]!.kind, value } as Parameters<(typeof specs)[string]['decode']>[0]),
    ]),
  );
  const outputs = emit.nodes(golden.op, inputs, attributes, golden.outputs.length);
  const copies = outputs.map((output) => emit.identity(output));
  copies.forEach((copy) => emit.output(copy));
  const seeds = golden.outputGradients.flatMap((gradient, index) =>
    gradient ? [{ value: outputs[index]!, gradient: feed(`d${index}`, gradient) }] : [],
  );
  const wanted = golden.gradients.flatMap((gradient, index) => (gradient ? [inputs[index]!] : []));
  const gradients = withGradients ? differentiate(emit, seeds, wanted) : [];
  const named = gradients.map((gradient) => gradient && emit.identity(gradient));
  named.forEach((value) => value && emit.output(value));
  const used = new Set(emit.graph.nodes.flatMap((node) => node.inputs));
  emit.graph.inputs = emit.graph.inputs.filter((input) => used.has(input));
  const session = await backend.open(encodeModel(emit.graph), { threads: 1 });
  const read = new Set(session.inputNames);
  const results = await session.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => read.has(name))));
  await session.dispose();
  return {
    outputs: copies.map((copy) => results[copy.name]!),
    gradients: named.map((value) => value && results[value.name]),
  };
}

/** Largest difference relative to the size of the number or, for small ones, to the largest of its tensor. */
function difference(actual: Tensor | undefined, packed: Packed): number {
  if (actual?.data.length !== packed.data.length) return Infinity;
  const largest = Math.max(1e-3, ...packed.data.map(Math.abs));
  return Math.max(
    ...elements(actual).map((value, index) => {
      const wanted = packed.data[index]!;
      return Math.abs(value - wanted) / Math.max(Math.abs(wanted), 0.1 * largest);
    }),
  );
}

function compare(golden: Golden, computed: Computed, withGradients: boolean): void {
  golden.outputs.forEach((output, index) => {
    if (output) expect(difference(computed.outputs[index], output), `output ${index}`).toBeLessThan(1e-5);
  });
  if (!withGradients) return;
  const wanted = golden.gradients.filter((gradient) => gradient !== null);
  wanted.forEach((gradient, index) =>
    expect(difference(computed.gradients[index], gradient), `gradient ${index}`).toBeLessThan(1e-4),
  );
}

describe.each<Backend>([ortNative, ortWasm])('operators against PyTorch on $name', (backend) => {
  for (const golden of goldens)
    it(`${golden.op}: ${golden.name}`, async () => {
      compare(golden, await compute(golden, backend, false), false);
      compare(golden, await compute(golden, backend, true), true);
    });
});

/** The lowering of the given rank at every choice, noting how many there are to choose from. */
class Nth implements LoweringChoices {
  most = 1;

  constructor(private readonly rank: number) {}

  pick(_kind: string, _key: string, names: readonly string[]): string {
    this.most = Math.max(this.most, names.length);
    return names[Math.min(this.rank, names.length - 1)]!;
  }
}

describe('every lowering against PyTorch', () => {
  for (const golden of goldens)
    it(`${golden.op}: ${golden.name}`, async () => {
      for (let rank = 0, most = 1; rank < most; rank++) {
        const choices = new Nth(rank);
        compare(golden, await compute(golden, ortNative, true, choices), true);
        most = choices.most;
      }
    });
});
