// A workbench whose workers are no processes: they train, plan and measure here.
import { onTestFinished } from 'vitest';
import { ServiceConnection } from '../../../contract/channel/connectServices.js';
import type { ToClient, ToServer } from '../../../contract/channel/messages.js';
import { pairPorts } from '../../../contract/channel/pairPorts.js';
import type { ExamineJob, PlanJob } from '../../../contract/jobs.js';
import { faultOf } from '../../../contract/fault.js';
import type { Client } from '../../../contract/service.js';
import { modelsService } from '../../../contract/services/models.js';
import { runsService } from '../../../contract/services/runs.js';
import { trainingService } from '../../../contract/services/training.js';
import { workspaceService } from '../../../contract/services/workspace.js';
import type { TrainJob } from '../../../contract/training.js';
import type { Launch, WorkerProcess } from '../../../main/services/launcher.js';
import { makeWorkbench, type Workbench } from '../../../main/services/workbench/workbench.js';
import { openWorkspace } from '../../../main/store/workspace.js';
import { ortNative } from '../../../workers/backends/ortNative.node.js';
import { runExamine } from '../../../workers/examineJob.js';
import { JobControl } from '../../../workers/jobControl.js';
import { measureTraining, requireMeasureJob } from '../../../workers/measureJob.js';
import { plan } from '../../../workers/planJob.node.js';
import { sessionDriver } from '../../../workers/sessionDriver.js';
import { runTrainJob } from '../../../workers/trainJob.js';

const driverFor = () => ({
  make: sessionDriver({ backend: ortNative, load: { threads: 1, choices: {} } }),
  reason: () => undefined,
});

/** Entries `train.node`, `plan.node`, `measure.node`, `trained.node` for predictions; the others end at once. */
export const launchHere: Launch = (entry) => {
  const control = new JobControl();
  let tell: (message: unknown) => void = () => undefined;
  let exit: (how: { code: number | null; signal: string | null }) => void = () => undefined;
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => (exit = resolve));
  const { stopped, paused, changed } = control;
  const send = (event: unknown): Promise<void> => {
    tell({ type: 'event', event });
    return Promise.resolve();
  };
  const answer = async (job: unknown): Promise<void> => {
    try {
      const result =
        entry === 'measure.node'
          ? await measureTraining(requireMeasureJob(job as never), driverFor)
          : entry === 'trained.node'
            ? await runExamine(job as ExamineJob, ortNative, { threads: 1 }, { send, stopped })
            : null;
      if (entry === 'train.node') await runTrainJob(job as TrainJob, { send, stopped, paused, changed }, driverFor);
      tell({ type: 'result', result });
      exit({ code: 0, signal: null });
    } catch (error) {
      tell({ type: 'fault', fault: faultOf(error) });
    }
  };
  const worker: WorkerProcess = {
    send: (message) => {
      if (message.type !== 'start') control.hear(message.type);
      else if (entry === 'plan.node')
        queueMicrotask(() => tell({ type: 'result', result: plan(message.job as PlanJob) }));
      else void answer(message.job);
    },
    onMessage: (listener) => (tell = listener),
    exited,
    kill: () => {
      control.hear('stop');
      exit({ code: null, signal: 'SIGKILL' });
    },
  };
  return worker;
};

export interface Window {
  readonly training: Client<typeof trainingService>;
  readonly models: Client<typeof modelsService>;
  readonly runs: Client<typeof runsService>;
  readonly workspace: Client<typeof workspaceService>;
  close(): void;
}

/** Closed when the test ends. */
export function workbenchAt(folder: string, launch: Launch = launchHere): Workbench {
  const workspace = openWorkspace(folder, { create: true });
  const workbench = makeWorkbench({ workspace, launch, host: 'loopback', version: '0' });
  onTestFinished(async () => {
    await workbench.close();
  });
  return workbench;
}

export function windowOf({ hub }: Workbench): Window {
  const pair = pairPorts<ToServer, ToClient>();
  hub.connect(pair.other);
  const connection = new ServiceConnection(pair.one);
  return {
    training: connection.client(trainingService),
    models: connection.client(modelsService),
    runs: connection.client(runsService),
    workspace: connection.client(workspaceService),
    close: () => pair.close(),
  };
}
