// A process that writes as a training does: metrics each step, a checkpoint every so often; it logs what it has been promised.
// Arguments: workspace folder, run, log file, last step, steps between checkpoints. Continues from the latest checkpoint.
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { tensor } from '../../../engine/ir/tensor.js';
import { openWorkspace } from '../../../main/store/workspace.js';

const [folder, run, log, last, interval] = process.argv.slice(2) as [string, string, string, string, string];
const stepsPerCheckpoint = Number(interval);
const elements = 50_000;

const workspace = openWorkspace(folder, { create: false });
workspace.runs.claim(run);
const checkpoints = workspace.checkpoints(run);
const hasCheckpoint = (await checkpoints.steps()).length > 0;
let step = hasCheckpoint ? (await checkpoints.loadLatest()).step : 0;
workspace.removeMetricsAfter(run, step);
const metrics = workspace.metricWriter(run);
while (step < Number(last)) {
  step++;
  for (const name of ['train_loss', 'learning_rate']) metrics.add(name, step, 1 / step);
  appendFileSync(log, `step ${step} ${Date.now()}\n`);
  if (step % stepsPerCheckpoint === 0) {
    // As a training does: what lies before a checkpoint is never measured again.
    metrics.flush();
    const weights = tensor('float32', [elements], new Float32Array(elements).fill(step));
    const tensors = [{ name: 'w', tensor: weights }];
    await checkpoints.save({ step, epoch: 0, tensors, trainer: { step } }, { keep: 2, best: step % 60 === 0 });
    workspace.runs.update(run, { step });
    appendFileSync(log, `checkpoint ${step} ${Date.now()}\n`);
  }
  // A step of real training takes a while, too; without it the file system would be all that is measured.
  await setTimeout(1);
}
metrics.close();
workspace.runs.setStatus(run, 'finished');
workspace.close();
