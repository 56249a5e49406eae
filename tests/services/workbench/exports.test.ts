// The exports service over a whole workbench in this process, as windows use it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, expect, it } from 'vitest';
import { ServiceConnection } from '../../../contract/channel/connectServices.js';
import type { ToClient, ToServer } from '../../../contract/channel/messages.js';
import { pairPorts } from '../../../contract/channel/pairPorts.js';
import { faultOf } from '../../../contract/fault.js';
import type { Client } from '../../../contract/service.js';
import { exportsService } from '../../../contract/services/exports.js';
import type { WorkerJob } from '../../../contract/worker.js';
import type { Launch } from '../../../main/services/launcher.js';
import { openerFor } from '../../../main/services/openFile.js';
import { prepareTraining } from '../../../main/services/prepareTraining.js';
import { train } from '../../../main/services/training.js';
import type { Workbench } from '../../../main/services/workbench/workbench.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { exportHost } from '../../../workers/exportHost.node.js';
import { JobControl } from '../../../workers/jobControl.js';
import { answerForModel } from '../../../workers/trainedJobs.js';
import { temporaryFolder } from '../store/temporaryFolder.js';
import { launchHere, workbenchAt } from '../training/workbenchHere.js';

/** As `launchHere`, and the entry that exports. */
const launch: Launch = (entry) => {
  if (entry !== 'trained.node') return launchHere(entry);
  const control = new JobControl();
  let tell: (message: unknown) => void = () => undefined;
  const { stopped, paused, changed } = control;
  const send = (event: unknown): Promise<void> => {
    tell({ type: 'event', event });
    return Promise.resolve();
  };
  const work = (job: WorkerJob): Promise<void> =>
    answerForModel(job, {
      pick: () => Promise.resolve(ortNative),
      channel: { stopped, paused, changed, send },
      exportHost,
    }).then(
      (result) => tell({ type: 'result', result }),
      (error: unknown) => tell({ type: 'fault', fault: faultOf(error) }),
    );
  return {
    send: (message) => (message.type === 'start' ? void work(message.job) : control.hear(message.type)),
    onMessage: (listener) => (tell = listener),
    exited: new Promise(() => undefined),
    kill: () => undefined,
  };
};

interface Trained {
  readonly folder: string;
  readonly run: string;
  readonly exports: Client<typeof exportsService>;
}

async function trainedWorkbench(): Promise<Trained> {
  const folder = temporaryFolder();
  const workbench: Workbench = workbenchAt(folder, launch);
  const { workspace } = workbench.ports;
  const request = { data: 'penguins', seed: 1, backend: 'native' as const, epochs: 1 };
  const { run } = await train({ workspace, launch, prepare: prepareTraining }, request, { onEvent: () => undefined });
  const pair = pairPorts<ToServer, ToClient>();
  workbench.hub.connect(pair.other);
  onTestFinished(() => pair.close());
  return { folder, run, exports: new ServiceConnection(pair.one).client(exportsService) };
}

it('Exports: formats with forms, names that are free, files that were checked, and nothing replaced unasked', async () => {
  const { folder, run, exports } = await trainedWorkbench();
  const listed = await exports.formats({ run });
  expect(listed.formats.map(({ type, reason }) => [type, reason])).toEqual([
    ['onnx', null],
    ['html', null],
    ['pytorch', null],
    ['safetensors', null],
    ['run', null],
  ]);
  expect(listed).toMatchObject({ folder: join(folder, 'exports'), names: { onnx: run }, checkpoint: 'last' });
  const steps: string[] = [];
  const onnx = { run, format: 'onnx', options: { preprocessing: true } };
  const first = await exports.export(onnx, { onProgress: ({ step }) => steps.push(step) });
  const file = join(folder, 'exports', `${run}.onnx`);
  expect(first.files).toEqual([{ path: file, bytes: readFileSync(file).length }]);
  expect(first.checks).toMatchObject([{ kind: 'compared', examples: 64, changedDecisions: 0 }]);
  expect(steps).toEqual(['preparing', 'writing', 'reloading', 'comparing', 'saving']);
  expect((await exports.formats({ run })).names.onnx).toBe(`${run}-2`);
  expect((await exports.export(onnx)).files[0]!.path).toBe(join(folder, 'exports', `${run}-2.onnx`));

  await expect(exports.export({ ...onnx, path: file })).rejects.toMatchObject({ code: 'export.exists' });
  await exports.export({ ...onnx, path: file, replace: true });

  const source = await exports.export({ run, format: 'pytorch' });
  expect(source.files.map(({ path }) => existsSync(path))).toEqual([true, true]);
  expect(source.files[0]!.path).toMatch(/model_\w+\.py$/);
  const whole = await exports.export({ run, format: 'run' });
  expect(existsSync(join(whole.files[0]!.path, 'run.json'))).toBe(true);
});

it('Exports: refuses what it cannot do before it begins, and stops when nobody wants it any more', async () => {
  const { folder, run, exports } = await trainedWorkbench();
  const missing = join(folder, 'nowhere', 'a.onnx');
  await expect(exports.export({ run, format: 'onnx', path: missing })).rejects.toMatchObject({ code: 'file.notFound' });
  await expect(exports.export({ run, format: 'gif' })).rejects.toMatchObject({ code: 'export.format' });
  const controller = new AbortController();
  const cancelled = exports.export(
    { run, format: 'html' },
    { signal: controller.signal, onProgress: () => controller.abort() },
  );
  await expect(cancelled).rejects.toMatchObject({ code: 'call.cancelled' });
  expect(existsSync(join(folder, 'exports', `${run}.html`))).toBe(false);
});

it('Exports: opens only what was exported here', async () => {
  const { folder, exports } = await trainedWorkbench();
  mkdirSync(join(folder, 'exports'), { recursive: true });
  const foreign = join(folder, 'exports', 'foreign.html');
  writeFileSync(foreign, '');
  await expect(exports.open({ path: foreign })).rejects.toMatchObject({ code: 'file.notFound' });
  expect(openerFor('linux', '/a b;c.html')).toEqual(['xdg-open', '/a b;c.html']);
});
