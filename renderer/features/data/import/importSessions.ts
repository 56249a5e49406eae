// The imports of this window. They go on while their panels are closed; the list of data sets shows those that run.
import { computed, shallowReactive, watch } from 'vue';
import { notify, notifyFault } from '../../../shell/notifications.js';
import { dock, isPanelOpen, openPanel } from '../../../shell/workbench.js';
import { electronBridge } from '../../../channel/electronPort.js';
import { useServices } from '../../../services.js';
import { dataTexts } from '../../../texts/data.js';
import { importTexts } from '../../../texts/dataImport.js';
import { openDataset } from '../datasetActions.js';
import { droppedPath, entriesOf } from '../../../files/droppedFiles.js';
import { ImportSession } from './importSession.js';

const sessions = shallowReactive(new Map<string, ImportSession>());
const newId = (): string => crypto.randomUUID().slice(0, 8);

const running = computed(() =>
  [...sessions.values()].filter(({ state }) => state.phase === 'importing' || state.phase === 'uploading'),
);

export const importSessions = {
  get running(): readonly ImportSession[] {
    return running.value;
  },
};

/** The session of a panel; a panel that the layout brought back begins anew. */
export function importSession(id: string): ImportSession {
  const known = sessions.get(id);
  if (known) return known;
  const { datasets, files } = useServices();
  const session = new ImportSession(id, { datasets, files }, () => performance.now());
  sessions.set(id, session);
  watch(
    () => session.state.phase,
    (phase, before) => {
      if (before === 'importing') tellEnd(session, phase === 'done');
    },
  );
  return session;
}

/** Who closed the panel is told; who looks at it sees it. */
function tellEnd({ state }: ImportSession, isDone: boolean): void {
  if (isPanelOpen('data.import', state.id)) return;
  if (!isDone) {
    if (state.fault) notifyFault(Object.assign(new Error(state.fault.message), state.fault));
    return;
  }
  const { result } = state;
  if (result)
    notify('success', importTexts.done(result.title, result.count), {
      action: { title: dataTexts.open, run: () => openDataset(result) },
    });
  sessions.delete(state.id);
}

/** Opens an import; with a path it looks into it at once. */
export function openImport(path?: string): void {
  const unused = [...sessions.values()].find(({ state }) => state.phase === 'choosing' || state.phase === 'done');
  const session = unused ?? importSession(newId());
  if (session.state.phase === 'done') session.forget();
  openPanel('data.import', { session: session.state.id });
  if (path !== undefined) void session.look(path);
}

/** To be called while the drop event is handled. */
export function importDropped(transfer: DataTransfer): void {
  const path = droppedPath(transfer, electronBridge()?.pathOf);
  const entries = entriesOf(transfer);
  if (entries.length === 0) return;
  const session = importSession(newId());
  openPanel('data.import', { session: session.state.id });
  void (path === undefined ? session.lookInto(entries) : session.look(path));
}

/** Panels of imports that the layout brought back: what they showed went with the window that had it. */
export function closeRestoredImports(): void {
  for (const panel of dock.value?.panels ?? []) {
    const [kind, id = ''] = panel.id.split(':');
    if (kind === 'data.import' && !sessions.has(id)) panel.api.close();
  }
}

/** The panel was closed: what is not running is forgotten. */
export function leaveImport(id: string): void {
  const session = sessions.get(id);
  if (!session || session.state.phase === 'importing' || session.state.phase === 'uploading') return;
  session.forget();
  sessions.delete(id);
}
