// The training service over a trainer in this process: pauses, and outcomes that nobody asked for.
import { expect, it } from 'vitest';
import type { TrainEvent, TrainJob } from '../../contract/training.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import type { Launch, WorkerControl } from '../../main/services/launcher.js';
import { resume, train, type TrainingPorts } from '../../main/services/training.js';
import { openWorkspace, type Workspace } from '../../main/store/workspace.js';
import { ortNative } from '../../workers/backends/ortNative.node.js';
import { JobControl } from '../../workers/jobControl.js';
import { sessionDriver } from '../../workers/sessionDriver.js';
import type { MakeDriver } from '../../workers/stepDriver.js';
import { makeTrainer } from '../../workers/trainer.js';
import { rings } from '../workers/ringsData.js';
import { temporaryFolder } from './store/temporaryFolder.js';

const native = sessionDriver({ backend: ortNative, load: { threads: 1, choices: {} } });

/** A worker that is no process: it trains here. */
function trainerHere(driver: MakeDriver): Launch {
  return () => {
    const channel = new JobControl();
    let tell: (message: unknown) => void = () => undefined;
    let exit: (how: { code: number; signal: null }) => void = () => undefined;
    const work = async (job: TrainJob): Promise<void> => {
      const send = (event: unknown): void => tell({ type: 'event', event });
      const trainer = await makeTrainer({ job, driver, send, stopped: channel.stopped, pause: channel });
      await trainer.run();
      await trainer.dispose();
      tell({ type: 'result', result: null });
      exit({ code: 0, signal: null });
    };
    return {
      send: (message) => {
        if (message.type === 'start') void work(message.job as TrainJob);
        else channel.hear(message.type);
      },
      onMessage: (listener) => (tell = listener),
      exited: new Promise((resolve) => (exit = resolve)),
      kill: () => undefined,
    };
  };
}

function portsWith(workspace: Workspace, driver: MakeDriver): TrainingPorts {
  return {
    workspace,
    launch: trainerHere(driver),
    prepare: (request) => Promise.resolve({ request, data: rings({ epochs: 3 }) }),
  };
}

const request = { data: 'rings', seed: 1, backend: 'native' as const };

it('A training that is paused says so, is marked so, and goes on when it is told to', async () => {
  const workspace = openWorkspace(temporaryFolder(), { create: true });
  let control: WorkerControl | undefined;
  const statuses: string[] = [];
  const onEvent = (event: TrainEvent): void => {
    if (event.type === 'paused' || event.type === 'continued') {
      statuses.push(`${event.type}: ${workspace.runs.find(event.run).status}`);
      if (event.type === 'paused') control!.resume();
    }
  };
  const onStart = (given: WorkerControl): void => {
    control = given;
    given.pause();
  };
  const watch = { onEvent, onStart };
  const outcome = await train(portsWith(workspace, native), request, watch);
  expect(outcome.type).toBe('finished');
  expect(statuses).toEqual(['paused: paused', 'continued: running']);
  workspace.close();
});

it('A run whose device is lost is interrupted, tells why, and goes on from its last checkpoint', async () => {
  const workspace = openWorkspace(temporaryFolder(), { create: true });
  const losing: MakeDriver = async (asked) => {
    const driver = await native(asked);
    const advance = driver.advance.bind(driver);
    driver.advance = async (last) => {
      const reports = await advance(last);
      if (reports[0]?.step === 10) throw new EngineError('gpu.lost', "GPU 'test': the device was lost.");
      return reports;
    };
    return driver;
  };
  const outcome = await train(portsWith(workspace, losing), request, { onEvent: () => undefined });
  expect(outcome).toMatchObject({ type: 'interrupted', step: 7, fault: { code: 'gpu.lost' } });
  expect(workspace.runs.find(outcome.run)).toMatchObject({ status: 'interrupted', fault: { code: 'gpu.lost' } });
  const again = await resume(portsWith(workspace, native), outcome.run, { onEvent: () => undefined });
  const whole = await train(portsWith(workspace, native), request, { onEvent: () => undefined });
  expect(again.metrics).toEqual(whole.metrics);
  workspace.close();
});
