// A training as it is shown: a progress bar and a line an epoch, or one JSON object a line; the outcome as an exit code.
import { faultCodes } from '../../contract/fault.js';
import type { Progress, TrainEvent, TrainOutcome, TrainRequest } from '../../contract/training.js';
import { prepareTraining } from '../services/prepareTraining.js';
import { resume, train, type TrainingPorts, type TrainingWatch } from '../services/training.js';
import type { Workspace } from '../services/workspaces.js';
import { printJson, printLine, type CommandContext } from './context.js';
import { exitCodeOf, exitCodes, type ExitCode } from './exitCode.js';
import { formatMetrics, formatNumber } from './format.js';
import { ProgressBar } from './progressBar.js';

/** The services' needs, met by this host. */
export function portsOf(workspace: Workspace, { launch }: CommandContext): TrainingPorts {
  return { workspace, launch, prepare: prepareTraining };
}

/** The parser admits no other texts. */
export function checkpointChoice(option: string | undefined): 'best' | 'last' | undefined {
  return option === 'best' || option === 'last' ? option : undefined;
}

export async function showTraining(
  workspace: Workspace,
  work: { readonly request: TrainRequest } | { readonly resume: string },
  json: boolean,
  context: CommandContext,
): Promise<ExitCode> {
  const view = json ? jsonView(context) : textView(context);
  const watch: TrainingWatch = { onEvent: view, signal: context.interruption };
  const ports = portsOf(workspace, context);
  const outcome = 'request' in work ? await train(ports, work.request, watch) : await resume(ports, work.resume, watch);
  return codeOf(outcome);
}

function codeOf(outcome: TrainOutcome): ExitCode {
  if (outcome.type === 'finished') return exitCodes.ok;
  return outcome.type === 'interrupted' ? exitCodes.interrupted : exitCodeOf(outcome.fault);
}

/** Events as they are; the last line is `{"run", "status", "metrics"}`, and the fault if there was one. */
function jsonView({ out, err }: CommandContext): (event: TrainEvent) => void {
  return (event) => {
    if (!isOutcome(event)) {
      printJson(out, event);
      return;
    }
    const { type: status, ...rest } = event;
    printJson(out, { ...rest, status });
    if (event.type === 'failed') printLine(err, `Error: ${event.fault.message}`);
  };
}

function isOutcome(event: TrainEvent): event is TrainOutcome {
  return event.type === 'finished' || event.type === 'interrupted' || event.type === 'failed';
}

function textView({ err, out }: CommandContext): (event: TrainEvent) => void {
  const bar = new ProgressBar(err);
  return (event) => {
    switch (event.type) {
      case 'started': {
        const from = event.resumedFrom > 0 ? ` from step ${event.resumedFrom}` : '';
        // The shape of the model may have decided it.
        const what = event.parameters.objective === 'reconstruct' ? ', to reconstruct the input' : '';
        bar.print(`Run ${event.run} on ${event.backend}${from}: ${event.totalSteps} steps${what}`);
        for (const line of [event.reason, ...(event.notes ?? [])]) if (line !== undefined) bar.print(line);
        return;
      }
      case 'progress': {
        bar.update({
          done: event.step,
          total: event.totalSteps,
          label: `epoch ${Math.min(event.epochs, Math.floor(event.epoch) + 1)}/${event.epochs}`,
          detail: `${speedOf(event)}  ${formatMetrics(event.losses, 2)}`,
        });
        return;
      }
      case 'epoch': {
        bar.print(`epoch ${formatNumber(event.epoch)}  ${formatMetrics(event.metrics)}`);
        return;
      }
      case 'paused': {
        bar.print(`paused at step ${event.step}`);
        return;
      }
      case 'continued':
      case 'checkpoint':
        return;
      default:
        bar.clear();
        printOutcome(event, { err, out });
    }
  };
}

/** `12,000 examples/s`, and what a GPU takes for a step. */
function speedOf({ examplesPerSecond, gpuMilliseconds }: Progress): string {
  const gpu = gpuMilliseconds === undefined ? '' : `  ${formatNumber(Number(gpuMilliseconds.toPrecision(3)))} ms GPU`;
  return `${formatNumber(Math.round(examplesPerSecond))} examples/s${gpu}`;
}

function printOutcome(outcome: TrainOutcome, { err, out }: Pick<CommandContext, 'err' | 'out'>): void {
  const metrics = formatMetrics(outcome.metrics);
  if (outcome.type === 'finished') {
    printLine(out, `Finished ${outcome.run}: ${metrics}`);
    return;
  }
  if (outcome.type === 'interrupted') {
    if (outcome.fault) printLine(err, `Error: ${outcome.fault.message}`);
    printLine(
      out,
      `Interrupted ${outcome.run} at step ${outcome.step}. \`descent resume ${outcome.run}\` continues it.`,
    );
    return;
  }
  printLine(err, `Error: ${outcome.fault.message}`);
  const again = outcome.fault.code === faultCodes.diskFull ? ' when there is space' : '';
  printLine(
    err,
    `Run ${outcome.run} failed; \`descent resume ${outcome.run}\` continues from its last checkpoint${again}, if it has one.`,
  );
}
