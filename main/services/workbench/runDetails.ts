// Everything about one run: its record, what it was made of, its files.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import type { RunDetails } from '../../../contract/services/runs.js';
import { isTemporary } from '../../store/atomicFile.js';
import type { Workspace } from '../../store/workspace.js';

/** The classes of a specification, where the target has some. */
const classesSchema = z.object({ preprocessing: z.object({ target: z.object({ classes: z.array(z.string()) }) }) });

/** @throws EngineError `run.notFound` */
export async function readRunDetails(workspace: Workspace, run: string): Promise<RunDetails> {
  const record = workspace.runs.find(run);
  const folder = workspace.runFolder(record.run);
  const specification = await readSpecification(folder);
  const kept = await workspace.checkpoints(record.run).kept();
  return {
    ...record,
    specification,
    request: workspace.runs.request(record.run),
    metricNames: workspace.metricNames(record.run),
    classes: classesOf(specification),
    checkpoints: kept.map(({ step, epoch, best, bytes }) => ({ step, epoch, best, bytes })),
    folder,
    files: await filesIn(folder),
  };
}

export function classesOf(specification: unknown): readonly string[] {
  return classesSchema.safeParse(specification).data?.preprocessing.target.classes ?? [];
}

/** null where nothing was written yet, or where it is no JSON. */
export async function readSpecification(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, 'spec.json'), 'utf8')) as unknown;
  } catch {
    return null;
  }
}

async function filesIn(folder: string): Promise<{ name: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !isTemporary(entry.name));
  const sizes = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const found = await stat(path).catch(() => undefined);
      return { name: relative(folder, path), bytes: found?.size ?? 0 };
    }),
  );
  return sizes.sort((one, other) => one.name.localeCompare(other.name));
}
