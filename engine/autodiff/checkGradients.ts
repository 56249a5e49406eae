// Holds analytic gradients, as a backend computes them in float32, against central differences.
import type { Graph, Value } from '../ir/graph.js';
import { element, type Tensor } from '../ir/tensor.js';
import type { LoweringChoices } from '../ops/emit.js';
import { buildSubject, type BuiltGradient, type BuiltSubject, type GradientSubject } from './gradientSubject.js';
import { numericSlopes, type Feeds, type Slope } from './numericGradient.js';

/** A loaded graph; of a backend's session these two methods are needed. */
export interface RunnableGraph {
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export type OpenGraph = (graph: Graph) => Promise<RunnableGraph>;

export interface GradientCheckSides {
  /** Opens the graphs of the numeric side: on a backend with float64 where `open`'s has none. */
  readonly openReference?: OpenGraph;
  /** What the checked graph is made of where several lowerings are right. */
  readonly lowerings?: LoweringChoices;
}

export interface GradientError {
  /** The input's name, with ` (second order)` for the gradient of the gradient. */
  readonly input: string;
  /** The largest |analytic − numeric| relative to their size; Infinity where either is not finite. */
  readonly error: number;
}

export interface GradientReport {
  readonly outputs: readonly { readonly value: Value; readonly tensor: Tensor }[];
  readonly errors: readonly GradientError[];
}

interface Running {
  readonly built: BuiltSubject;
  readonly session: RunnableGraph;
}

/**
 * Runs the subject once and checks its gradients: of first order (`order` 1), also of second order (2),
 * or none (0). The loss is Σ w·y with fixed pseudo-random w, summed in float64; the numeric gradient is
 * computed in float64 where the backend has kernels for it, else in float32 with Richardson's extrapolation.
 */
export async function checkGradients(
  subject: GradientSubject,
  open: OpenGraph,
  order: 0 | 1 | 2,
  { openReference = open, lowerings }: GradientCheckSides = {},
): Promise<GradientReport> {
  const built = buildSubject(subject, 'float32', order, lowerings);
  const single = { built, session: await open(built.graph) };
  const opened: Running[] = [single];
  try {
    const results = await single.session.run(built.feeds);
    const outputs = built.outputs.map((value) => ({ value, tensor: results[value.name]! }));
    if (order === 0) return { outputs, errors: [] };
    const double = await openDouble(subject, openReference, order - 1, opened);
    const rounded = openReference === open ? single : { built, session: await openReference(built.graph) };
    if (rounded !== single) opened.push(rounded);
    const errors = await compare(double ?? rounded, built.weights, built.gradients, results, '');
    if (order === 2) {
      const exact = double && double.built.gradients.length > 0 ? double : rounded;
      errors.push(...(await compare(exact, built.secondWeights, built.secondGradients, results, ' (second order)')));
    }
    return { outputs, errors };
  } finally {
    for (const { session } of opened) await session.dispose();
  }
}

/** The subject in float64, with as many gradients as the backend has kernels for; it can have none. */
async function openDouble(
  subject: GradientSubject,
  open: OpenGraph,
  order: number,
  opened: Running[],
): Promise<Running | undefined> {
  for (let rounds = order; rounds >= 0; rounds--) {
    try {
      const built = buildSubject(subject, 'float64', rounds);
      const running = { built, session: await open(built.graph) };
      opened.push(running);
      await running.session.run(built.feeds);
      return running;
    } catch {
      // No float64 kernel for some node: what float32 can show is shown by the caller.
    }
  }
  return undefined;
}

async function compare(
  reference: Running,
  weights: ReadonlyMap<string, Tensor>,
  gradients: readonly BuiltGradient[],
  results: Readonly<Record<string, Tensor>>,
  suffix: string,
): Promise<GradientError[]> {
  const loss = async (feeds: Feeds): Promise<number> => {
    const values = await reference.session.run(feeds);
    let total = 0;
    for (const [name, weight] of weights) total += weightedSum(weight, values[name]!);
    return total;
  };
  const errors: GradientError[] = [];
  for (const { input, output } of gradients) {
    const slopes = await numericSlopes(loss, reference.built.feeds, input);
    const floor = reference.built.feeds[input]!.dtype === 'float64' ? 1e-3 : 0.1;
    errors.push({ input: input + suffix, error: largestError(slopes, output ? results[output] : undefined, floor) });
  }
  return errors;
}

function weightedSum(weight: Tensor, value: Tensor): number {
  let total = 0;
  for (let index = 0; index < weight.data.length; index++) total += element(weight, index) * element(value, index);
  return total;
}

/** Relative to the slope, to a hundredth of the largest slope, or to `floor`, whichever is largest. */
function largestError(slopes: readonly Slope[], gradient: Tensor | undefined, floor: number): number {
  const scale = Math.max(floor, 0.01 * Math.max(0, ...slopes.map(({ slope }) => Math.abs(slope))));
  let largest = 0;
  for (const { direction, slope } of slopes) {
    const analytic = gradient
      ? direction.reduce((sum, along, index) => (along ? sum + along * element(gradient, index) : sum), 0)
      : 0;
    const error = Math.abs(analytic - slope) / Math.max(scale, Math.abs(analytic), Math.abs(slope));
    if (!Number.isFinite(error)) return Infinity;
    largest = Math.max(largest, error);
  }
  return largest;
}
