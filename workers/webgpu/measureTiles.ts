// Which tiles of contractions are fastest on this adapter: each candidate takes its turn in the plan that will use it.
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { KernelPlan } from '../../engine/kernels/kernelPlan.js';
import type { TileTable } from '../../engine/kernels/tiles.js';
import type { OpenDevice } from './device.js';
import { PlanRunner } from './planRunner.js';
import { profilePlan } from './profile.js';

/** Candidates come in the order of their likelihood: later ones are seldom the best. */
const mostCandidates = 6;
/** Compiling a large plan takes its time: what is not measured by then goes by rules of thumb. */
const longest = 20_000;
/** A later candidate must save this share of the time of the first, which is the favourite for a stated reason. */
const worthwhile = 0.05;
const runs = 5;

/** Whether this adapter's kernels can be measured, and are worth it: a software adapter shares its processor with all else. */
export function canMeasureTiles({ target, device }: OpenDevice): boolean {
  return !target.software && device.features.has('timestamp-query');
}

/**
 * The best tile of every contraction of the plan that is not in `known`, by its key. Empty where there is no memory for another
 * copy of the plan.
 * @param compile the plan with the given tiles, and rules of thumb for the others
 */
export async function measureTiles(
  opened: OpenDevice,
  compile: (tiles: TileTable) => KernelPlan,
  known: TileTable,
): Promise<TileTable> {
  const start = performance.now();
  const first = compile(known);
  const candidates = openChoices(first, known);
  const rounds = Math.min(mostCandidates, Math.max(0, ...[...candidates.values()].map(({ length }) => length)));
  const times = new Map<string, number[]>([...candidates.keys()].map((key) => [key, []]));
  for (let round = 0; round < rounds && performance.now() - start < longest; round++) {
    const plan = round === 0 ? first : compile({ ...known, ...nth(candidates, round) });
    const found = await timeOf(opened, plan);
    if (!found) break;
    for (const [key, list] of times)
      if (candidates.get(key)![round] !== undefined) list.push(found.get(key) ?? Infinity);
  }
  return Object.fromEntries(
    [...times].flatMap(([key, list]) => (list.length > 1 ? [[key, favourite(candidates.get(key)!, list)]] : [])),
  );
}

/** Contractions with more than one candidate that nobody has measured. */
function openChoices({ commands }: KernelPlan, known: TileTable): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const command of commands) {
    const tuning = command.kind === 'kernel' ? command.tuning : undefined;
    if (tuning && tuning.candidates.length > 1 && known[tuning.key] === undefined)
      found.set(tuning.key, tuning.candidates);
  }
  return found;
}

function nth(candidates: ReadonlyMap<string, readonly string[]>, round: number): TileTable {
  return Object.fromEntries([...candidates].map(([key, all]) => [key, all[round] ?? all[0]!]));
}

/** GPU milliseconds of the kernels of each contraction; undefined where there is no memory. */
async function timeOf(opened: OpenDevice, plan: KernelPlan): Promise<Map<string, number> | undefined> {
  // What onnxruntime computes has no tiles, and kernels take the same time whatever they read.
  const commands = plan.commands.filter(({ kind }) => kind !== 'session');
  try {
    const runner = await PlanRunner.open(opened, { ...plan, commands });
    const rows = await profilePlan(runner, runs).finally(() => runner.dispose());
    const kernels = runner.steps.flatMap((step) => (step.kind === 'kernels' ? step.kernels : []));
    const times = new Map<string, number>();
    kernels.forEach(({ command: { tuning } }, index) => {
      if (tuning) times.set(tuning.key, (times.get(tuning.key) ?? 0) + rows[index]!.milliseconds);
    });
    return times;
  } catch (error) {
    // A candidate that this adapter cannot take is no candidate; the tiles that are chosen are compiled again and speak up.
    if (error instanceof EngineError && (error.code === 'gpu.outOfMemory' || error.code === 'gpu.shader'))
      return undefined;
    throw error;
  }
}

/** The fastest, unless the first is about as fast. */
export function favourite(candidates: readonly string[], times: readonly number[]): string {
  const best = Math.min(...times);
  return candidates[best < times[0]! * (1 - worthwhile) ? times.indexOf(best) : 0]!;
}
