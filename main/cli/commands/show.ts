// `show`: all about one run.
import type { RunSummary } from '../../../contract/run.js';
import { withWorkspace, type Workspace } from '../../services/workspaces.js';
import { defineCommand, jsonOption, workspaceOption } from '../command.js';
import { printJson, printLine, workspaceFolder, type CommandContext } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatDate, formatNumber, formatTable } from '../format.js';

export const show = defineCommand({
  summary: 'tell all about one run',
  positionals: [{ name: 'run', summary: 'a run, or the beginning or end of its name' }],
  options: { ...workspaceOption, ...jsonOption },
  examples: ['show k3f9', 'show 20261121-digits-k3f9 --json'],
  run: ([name], { workspace, json }, context) =>
    withWorkspace(workspaceFolder(workspace, context), { create: false }, async (opened) => {
      const run = opened.runs.find(name!);
      const checkpoints = await opened.checkpoints(run.run).steps();
      const series = opened.metricNames(run.run);
      if (json) printJson(context.out, { ...run, folder: opened.runFolder(run.run), checkpoints, series });
      else print(opened, run, checkpoints, series, context);
      return exitCodes.ok;
    }),
});

function print(
  workspace: Workspace,
  run: RunSummary,
  checkpoints: number[],
  series: string[],
  { out }: CommandContext,
): void {
  const facts: [string, string][] = [
    ['run', run.run],
    ['status', run.status],
    ['data', run.data],
    ['model', run.model],
    ['backend', run.backend],
    ['seed', String(run.seed)],
    ['started', formatDate(run.started)],
    ['ended', formatDate(run.ended)],
    ['progress', `epoch ${formatNumber(run.epoch)}, step ${run.step} of ${run.totalSteps}`],
    ['checkpoints', checkpoints.length === 0 ? 'none' : `at step ${checkpoints.join(', ')}`],
    ['folder', workspace.runFolder(run.run)],
  ];
  if (run.tags.length > 0) facts.push(['tags', run.tags.join(', ')]);
  if (run.fault) facts.push(['fault', run.fault.message]);
  const parameters = Object.entries(run.parameters).map(([name, value]): [string, string] => [name, String(value)]);
  const metrics = Object.entries(run.metrics).map(([name, value]): [string, string] => [name, formatNumber(value)]);
  const curves = series.map((name): [string, string] => [name, curve(workspace, run.run, name)]);
  for (const [title, rows] of [
    ['', facts],
    ['Settings', parameters],
    ['Metrics', metrics],
    ['Curves', curves],
  ] as const) {
    if (rows.length === 0) continue;
    if (title !== '') printLine(out, `\n${title}`);
    for (const line of formatTable(['', ''], rows).slice(1)) printLine(out, line);
  }
}

const blocks = '▁▂▃▄▅▆▇█';

/** A curve in forty characters: the middle of each stretch between the least and the greatest value. */
function curve(workspace: Workspace, run: string, name: string): string {
  const buckets = workspace
    .metricBuckets(run, name, 40)
    .flatMap(({ min, max }) => (min === null || max === null ? [] : [(min + max) / 2]));
  if (buckets.length === 0) return 'no finite value';
  const least = Math.min(...buckets);
  const range = Math.max(...buckets) - least || 1;
  const line = buckets.map((value) => blocks[Math.round(((value - least) / range) * (blocks.length - 1))]).join('');
  return `${line}  ${formatNumber(buckets[0]!)} → ${formatNumber(buckets.at(-1)!)}`;
}
