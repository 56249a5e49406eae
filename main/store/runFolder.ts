// A run as a folder that can be carried elsewhere: `run.json` with its record and metrics, beside the files of the run.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { faultCodes } from '../../contract/fault.js';
import { runSummarySchema, type RunSummary } from '../../contract/run.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { isTemporary, synchroniseFolder, writeAtomic } from './atomicFile.js';
import { isProcessId } from './processIdentity.js';
import { isRunId } from './runId.js';
import { guardedAsync } from './storeError.js';
import type { Workspace } from './workspace.js';

const recordName = 'run.json';
/** What is being exported stands beside its place under such a name. */
const stagingName = /^\..+\.exporting-(\d+)$/;

const recordSchema = z.object({
  format: z.literal('descent-run'),
  version: z.literal(1),
  summary: runSummarySchema.refine(({ run }) => isRunId(run)),
  request: z.unknown(),
  metrics: z.array(
    z.object({
      name: z.string(),
      /** Step, milliseconds since 1970, value; NaN and infinities as texts. */
      points: z.array(
        z.tuple([z.number(), z.number(), z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])]),
      ),
    }),
  ),
});

/** Whether `path` is a folder that {@link exportRunFolder} wrote. */
export async function isRunFolder(path: string): Promise<boolean> {
  return stat(join(path, recordName)).then(
    (found) => found.isFile(),
    () => false,
  );
}

export interface CopyWatch {
  readonly onStep?: (step: 'writing' | 'reloading' | 'saving') => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the whole run to the new folder `target`, which appears when what was written has been read again and is the same.
 * @throws EngineError `run.notFound`, `run.state` when the folder exists, `call.cancelled`, `store.*`
 */
export async function exportRunFolder(
  workspace: Workspace,
  run: string,
  target: string,
  { onStep, signal }: CopyWatch = {},
): Promise<{ readonly files: number; readonly bytes: number }> {
  const summary = workspace.runs.find(run);
  const source = workspace.runFolder(summary.run);
  const staging = join(dirname(target), `.${basename(target)}.exporting-${process.pid}`);
  const refuseCancelled = (): void => {
    if (signal?.aborted) throw new EngineError(faultCodes.cancelled, `Export of '${run}': it was cancelled.`);
  };
  return guardedAsync(`Folder '${target}'`, async () => {
    if (await stat(target).catch(() => undefined))
      throw new EngineError(faultCodes.runState, `Folder '${target}': it must not exist yet. Name another.`);
    await removeAbandonedExports(dirname(target));
    try {
      onStep?.('writing');
      await mkdir(source, { recursive: true });
      await cp(source, staging, { recursive: true, filter: (path) => !isTemporary(basename(path)) });
      await writeAtomic(join(staging, recordName), [printRecord(workspace, summary)]);
      refuseCancelled();
      onStep?.('reloading');
      await readRecord(staging);
      const copied = await compareFolder(source, staging, refuseCancelled);
      refuseCancelled();
      onStep?.('saving');
      await rename(staging, target);
      await synchroniseFolder(dirname(target));
      return copied;
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  });
}

/** What processes left in a folder that were killed while they exported to it; what cannot be removed stays. */
async function removeAbandonedExports(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const owner = Number(stagingName.exec(entry.name)?.[1]);
    if (owner > 0 && entry.isDirectory() && !isProcessId(owner))
      await rm(join(folder, entry.name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function printRecord(workspace: Workspace, summary: RunSummary): Uint8Array {
  const { run } = summary;
  const metrics = workspace.metricNames(run).map((name) => ({
    name,
    points: workspace
      .metric(run, name)
      .map(({ step, time, value }) => [step, time, Number.isFinite(value) ? value : String(value)]),
  }));
  const record = { format: 'descent-run', version: 1, summary, request: workspace.runs.request(run), metrics };
  return new TextEncoder().encode(`${JSON.stringify(record)}\n`);
}

/** Every file of the copy against that of the run. @returns how many and how large they are, the record included */
async function compareFolder(
  source: string,
  copy: string,
  betweenFiles: () => void,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const entries = await readdir(copy, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  let bytes = 0;
  for (const path of paths) {
    betweenFiles();
    if (path !== join(copy, recordName)) await compareFile(join(source, relative(copy, path)), path);
    bytes += (await stat(path)).size;
  }
  return { files: paths.length, bytes };
}

/** A run that is still training writes meanwhile: what it has changed is copied once more. */
async function compareFile(source: string, copy: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const [one, other] = await Promise.all([hashOf(source), hashOf(copy)]);
    // Only an older checkpoint is gone: it was replaced by a newer one.
    if (one === undefined || one === other) return;
    await cp(source, copy, { force: true });
  }
  throw new EngineError('export.differs', `File '${copy}': what was written is not what was read again.`);
}

async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

/**
 * Adds the run in the folder `source`: first its files under another name, then the record, then the name, so that a kill
 * leaves no run without files.
 * @returns its id
 * @throws EngineError `input.runFolder` when it is not such a folder, `run.state` when the run is here already, `store.*`
 */
export async function importRunFolder(workspace: Workspace, source: string): Promise<string> {
  return guardedAsync(`Folder '${source}'`, async () => {
    const record = await readRecord(source);
    const { run } = record.summary;
    const folder = workspace.runFolder(run);
    if (workspace.runs.has(run))
      throw new EngineError(faultCodes.runState, `Run '${run}': it is in this workspace already.`);
    const staging = `${folder}.importing-${process.pid}`;
    try {
      await cp(source, staging, { recursive: true, filter: (path) => basename(path) !== recordName });
      await rename(staging, folder);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    await synchroniseFolder(workspace.path);
    workspace.runs.insert(record.summary, record.request);
    const writer = workspace.metricWriter(run);
    for (const { name, points } of record.metrics)
      for (const [step, time, value] of points) writer.addAt(name, { step, time, value: Number(value) });
    writer.close();
    return run;
  });
}

async function readRecord(source: string): Promise<z.infer<typeof recordSchema>> {
  if (!(await readdir(source)).includes(recordName))
    throw new EngineError(faultCodes.runFolder, `Folder '${source}': it must hold '${recordName}' to be a run.`);
  const text = await readFile(join(source, recordName), 'utf8');
  const parsed = recordSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new EngineError(
      faultCodes.runFolder,
      `File '${join(source, recordName)}': at '${path.join('.')}': ${message}.`,
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Undefined, which the schema refuses.
    return undefined;
  }
}
