// A run as a folder that can be carried elsewhere: `run.json` with its record and metrics, beside the files of the run.
import { cp, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { faultCodes } from '../../contract/fault.js';
import { runSummarySchema } from '../../contract/run.js';
import { EngineError } from '../../engine/ir/diagnostic.js';
import { isTemporary, synchroniseFolder, writeAtomic } from './atomicFile.js';
import { isRunId } from './runId.js';
import { guardedAsync } from './storeError.js';
import type { Workspace } from './workspace.js';

const recordName = 'run.json';

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

/**
 * Writes the whole run to the new folder `target`.
 * @throws EngineError `run.notFound`, `run.state` when the folder exists, `store.*`
 */
export async function exportRunFolder(workspace: Workspace, run: string, target: string): Promise<void> {
  const summary = workspace.runs.find(run);
  await guardedAsync(`Folder '${target}'`, async () => {
    if (await stat(target).catch(() => undefined))
      throw new EngineError(faultCodes.runState, `Folder '${target}': it must not exist yet. Name another.`);
    const source = workspace.runFolder(summary.run);
    await mkdir(source, { recursive: true });
    await cp(source, target, { recursive: true, filter: (path) => !isTemporary(basename(path)) });
    const metrics = workspace.metricNames(summary.run).map((name) => ({
      name,
      points: workspace
        .metric(summary.run, name)
        .map(({ step, time, value }) => [step, time, Number.isFinite(value) ? value : String(value)]),
    }));
    const record = {
      format: 'descent-run',
      version: 1,
      summary,
      request: workspace.runs.request(summary.run),
      metrics,
    };
    await writeAtomic(join(target, recordName), [new TextEncoder().encode(`${JSON.stringify(record)}\n`)]);
  });
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
