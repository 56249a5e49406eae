// The training area: putting a training together, watching it, the queue.
import { Activity, ListOrdered, Pause, Play, Square } from '@lucide/vue';
import type { QueuedRun } from '../../../contract/services/training.js';
import type { Feature, PanelParameters } from '../../shell/feature.js';
import { notify, notifyFault } from '../../shell/notifications.js';
import { activePanelKind, isPanelShown, openPanel } from '../../shell/workbench.js';
import { useServices } from '../../services.js';
import { trainingTexts } from '../../texts/training.js';
import { watchClosing } from './closing.js';
import { activeStart } from './form/activeForm.js';
import { actOn } from './live/runControls.js';
import TrainingStatus from './queue/TrainingStatus.vue';
import { queuedRun, queuedRuns, watchQueue } from './trainingQueue.js';

function textOf(parameters: PanelParameters, name: string): string {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
}

/** The run that commands mean: the first at work. */
function current(...states: readonly QueuedRun['state'][]): QueuedRun | undefined {
  return queuedRuns.value.find(({ state }) => states.includes(state));
}

function openLive(run: string, title: string): void {
  openPanel('training.live', { run, title });
}

/** Ends that one does not see are told; a run whose panel is open says so itself. */
function tellEnds(): void {
  const names = new Map<string, string>();
  /** What takes the toast of a failure away: a run that goes on has not failed any more. */
  const failures = new Map<string, () => void>();
  useServices().training.on('told', (event) => {
    const queued = queuedRun(event.run);
    if (queued) names.set(event.run, queued.name);
    failures.get(event.run)?.();
    failures.delete(event.run);
    if (event.type !== 'finished' && event.type !== 'failed') return;
    const name = names.get(event.run);
    if (name === undefined || isPanelShown(`training.live:${event.run}`)) return;
    const action = { title: trainingTexts.queueTexts.open, run: () => openLive(event.run, name) };
    if (event.type === 'finished') notify('success', trainingTexts.finishedToast(name), { action });
    else
      failures.set(
        event.run,
        notify('error', trainingTexts.failedToast(name), { detail: event.fault.message, action }),
      );
  });
}

export const trainingFeature: Feature = {
  name: 'training',
  activities: [{ panel: 'training.queue', title: trainingTexts.activity, icon: Activity, order: 30 }],
  panels: [
    {
      id: 'training.new',
      icon: Play,
      place: 'centre',
      title: () => trainingTexts.title,
      component: () => import('./form/TrainingPanel.vue'),
    },
    {
      id: 'training.live',
      icon: Activity,
      place: 'centre',
      title: (parameters) => textOf(parameters, 'title') || textOf(parameters, 'run'),
      component: () => import('./live/LivePanel.vue'),
      key: (parameters) => textOf(parameters, 'run'),
    },
    {
      id: 'training.queue',
      icon: ListOrdered,
      place: 'side',
      title: () => trainingTexts.queue,
      component: () => import('./queue/QueuePanel.vue'),
    },
  ],
  commands: [
    {
      id: 'training.new',
      title: trainingTexts.commands.new,
      category: 'Train',
      shortcut: 'Alt+T',
      icon: Play,
      run: (parameters) => openPanel('training.new', (parameters as PanelParameters | undefined) ?? {}),
    },
    {
      id: 'training.start',
      title: trainingTexts.start,
      category: 'Train',
      shortcut: 'Ctrl+Enter',
      icon: Play,
      isEnabled: () => activePanelKind() === 'training.new' && activeStart.value !== undefined,
      run: () => activeStart.value?.(),
    },
    {
      id: 'training.queue',
      title: trainingTexts.commands.queue,
      category: 'Train',
      icon: ListOrdered,
      run: () => openPanel('training.queue'),
    },
    {
      id: 'training.pause',
      title: trainingTexts.commands.pause,
      category: 'Train',
      icon: Pause,
      isEnabled: () => current('training') !== undefined,
      run: () => actOn(current('training')!.run, 'pause'),
    },
    {
      id: 'training.resume',
      title: trainingTexts.commands.resume,
      category: 'Train',
      icon: Play,
      isEnabled: () => current('paused') !== undefined,
      run: () => actOn(current('paused')!.run, 'resume'),
    },
    {
      id: 'training.stop',
      title: trainingTexts.commands.stop,
      category: 'Train',
      icon: Square,
      isEnabled: () => current('training', 'paused') !== undefined,
      run: () => actOn(current('training', 'paused')!.run, 'stop'),
    },
  ],
  status: [{ id: 'training', side: 'left', order: 20, component: TrainingStatus }],
  async start() {
    tellEnds();
    watchClosing();
    await watchQueue().catch(notifyFault);
  },
};
