// An import from the choice of a file to the data set: what is shown meanwhile, what stops it, what is kept.
import { describe, expect, it } from 'vitest';
import type { CallOptions } from '../../../contract/service.js';
import type {
  DatasetSummary,
  ImportOptions,
  ImportPreview,
  LongProgress,
} from '../../../contract/services/datasets.js';
import { ImportSession } from '../../../renderer/features/data/import/importSession.js';

const preview = {
  path: '/data/words.txt',
  format: 'text',
  suggestedName: 'words',
  kind: 'text',
  task: 'languageModel',
  columns: [],
  rows: [],
  classes: [],
  images: null,
  image: null,
  windowLength: 64,
  obstacle: null,
  remarks: [],
} as unknown as ImportPreview;
const imported = { id: 'words-1', name: 'words', title: 'words', count: 100 } as DatasetSummary;

interface Call {
  readonly path: string;
  readonly options: ImportOptions;
  readonly signal: AbortSignal | undefined;
  report(progress: LongProgress): void;
  answer(found: unknown): void;
  fail(error: Error): void;
}

/** Services that answer when they are told to. */
function makeSession() {
  const calls: Call[] = [];
  const discarded: string[] = [];
  const asked = (
    { path, options = {} }: { path: string; options?: unknown },
    { signal, onProgress }: CallOptions<LongProgress> = {},
  ) =>
    new Promise<never>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(Object.assign(new Error('stopped'), { code: 'call.cancelled' })));
      calls.push({
        path,
        options: options as ImportOptions,
        signal,
        report: (progress) => onProgress?.(progress),
        answer: (found) => resolve(found as never),
        fail: reject,
      });
    });
  let time = 0;
  const session = new ImportSession(
    '1',
    {
      datasets: { preview: asked, import: asked },
      files: {
        beginUpload: () => Promise.resolve({ upload: 'u', folder: '/uploads/u' }),
        append: () => Promise.resolve(),
        discardUpload: ({ upload }) => Promise.resolve(void discarded.push(upload)),
      },
    },
    () => (time += 1000),
  );
  return { session, calls, discarded };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function entryOf(name: string) {
  const file = new File(['a,b'], name);
  return { name, isFile: true, isDirectory: false, file: (found: (file: File) => void) => found(file) };
}

describe('import session', () => {
  it('looks, takes changes, imports and has the data set', async () => {
    const { session, calls } = makeSession();
    const looking = session.look('/data/words.txt');
    expect(session.state.phase).toBe('looking');
    expect(session.state.title).toBe('words.txt');
    calls[0]!.answer(preview);
    await looking;
    expect(session.state.phase).toBe('ready');
    session.change({ ...session.state.form!, name: 'my words', windowLength: 32 });
    const importing = session.start();
    expect(calls[1]!.options).toEqual({ name: 'my words', windowLength: 32 });
    calls[1]!.answer(imported);
    await importing;
    expect(session.state).toMatchObject({ phase: 'done', result: imported, fault: undefined });
  });

  it('tells speed while it works', async () => {
    const { session, calls } = makeSession();
    const looking = session.look('/data/words.txt');
    calls[0]!.report({ stage: 'reading', done: 0, total: 100 });
    calls[0]!.report({ stage: 'reading', done: 50, total: 100 });
    expect(session.state.progress).toMatchObject({ speed: 50, secondsLeft: 1, fraction: 0.5 });
    calls[0]!.answer(preview);
    await looking;
    expect(session.state.progress).toBeUndefined();
  });

  it('goes back to the choice with what went wrong', async () => {
    const { session, calls } = makeSession();
    const looking = session.look('/data/words.txt');
    calls[0]!.fail(Object.assign(new Error('no such file'), { code: 'data.notFound' }));
    await looking;
    expect(session.state).toMatchObject({ phase: 'choosing', fault: { code: 'data.notFound' } });
    // The next choice is called by its own name.
    const other = session.look('/data/other.csv');
    expect(session.state.title).toBe('other.csv');
    calls[1]!.answer(preview);
    await other;
  });

  it('goes back to the review without a fault when it is stopped', async () => {
    const { session, calls } = makeSession();
    const looking = session.look('/data/words.txt');
    calls[0]!.answer(preview);
    await looking;
    const importing = session.start();
    session.stop();
    expect(session.state.isStopping).toBe(true);
    await importing;
    expect(session.state).toMatchObject({ phase: 'ready', fault: undefined, isStopping: false });
  });

  it('keeps the review when looking again fails', async () => {
    const { session, calls } = makeSession();
    const looking = session.look('/data/words.txt');
    calls[0]!.answer(preview);
    await looking;
    const again = session.lookAgain({ encoding: 'utf-16le' });
    expect(calls[1]!.options).toEqual({ encoding: 'utf-16le' });
    calls[1]!.fail(new Error('not that encoding'));
    await again;
    expect(session.state.phase).toBe('ready');
    expect(session.state.fault?.message).toBe('not that encoding');
  });

  it('asks with all choices while something keeps the file from being imported', async () => {
    const { session, calls } = makeSession();
    const looking = session.look('/data/words.txt');
    calls[0]!.answer({ ...preview, obstacle: 'too short' });
    await looking;
    session.change({ ...session.state.form!, windowLength: 8 });
    void session.lookAgain();
    expect(calls[1]!.options).toMatchObject({ windowLength: 8 });
  });

  it('hands dropped files over first, and discards them when it is forgotten', async () => {
    const { session, calls, discarded } = makeSession();
    void session.lookInto([entryOf('table.csv')]);
    expect(session.state.phase).toBe('uploading');
    while (calls.length === 0) await settled();
    expect(calls[0]!.path).toBe('/uploads/u/table.csv');
    session.forget();
    await settled();
    expect(discarded).toEqual(['u']);
    expect(session.state).toMatchObject({ phase: 'choosing', title: '' });
  });

  it('calls several dropped files by the first, not by the folder that they lie in', async () => {
    const { session, calls } = makeSession();
    const looking = session.lookInto([entryOf('digits.images.idx'), entryOf('labels.idx')]);
    while (calls.length === 0) await settled();
    calls[0]!.answer({ ...preview, suggestedName: 'u' });
    await looking;
    expect(session.state.form?.name).toBe('digits.images');
    expect(session.state.title).toBe('2 dropped files');
  });
});
