// The versions of a data set: what they take on disk, which runs need them, and deleting those that nobody does.
import { rm } from 'node:fs/promises';
import type { DatasetVersion, KeptVersion, KeptVersions } from '../../../contract/services/datasets.js';
import { EngineError } from '../../../engine/ir/diagnostic.js';
import type { Workspace } from '../../store/workspace.js';
import { splitChoiceOf, type DataSetDescription, type ReaderOf } from '../datasets/description.js';
import { withTarget } from '../datasets/loadDataSet.js';
import {
  bytesOf,
  describedVersions,
  filesOf,
  filesOnlyOf,
  sweepVersionFiles,
  versionFile,
  type DescribedVersion,
} from '../datasets/versionFiles.js';
import { versionHash } from '../datasets/versionHash.js';
import { dataHashIn } from '../runSpecification.js';

type NeedingRun = KeptVersion['runs'][number];
interface ListedVersion extends DescribedVersion {
  readonly note: DatasetVersion;
}

/** @throws EngineError of a description that cannot be read */
export async function keptVersions(workspace: Workspace, id: string): Promise<KeptVersions> {
  const folder = workspace.datasetFolder(id);
  const listed = await listedVersions(workspace, id, folder);
  const runs = await runsByVersion(workspace, id, listed);
  const { hash: present } = workspace.datasets.find(id);
  const unused = listed.filter(({ hash }) => hash !== present && !runs.has(hash));
  const versions: KeptVersion[] = [];
  for (const version of listed) {
    const others = listed.filter((other) => other !== version);
    versions.push({
      ...version.note,
      ...factsOf(version.description),
      bytes: await bytesOf(folder, filesOf(version.description)),
      ownBytes: await bytesOf(folder, filesOnlyOf([version], others)),
      runs: runs.get(version.hash) ?? [],
    });
  }
  const staying = listed.filter((version) => !unused.includes(version));
  return { versions, unusedBytes: await bytesOf(folder, filesOnlyOf(unused, staying)) };
}

function factsOf({ target, task, inputs, split, reader }: DataSetDescription) {
  const { content } = reader as ReaderOf<'stored'>;
  return {
    target: target!,
    task,
    inputs: inputs!,
    split: splitChoiceOf(split),
    content: content!,
  };
}

/** Those whose description is there, the newest first. */
async function listedVersions(workspace: Workspace, id: string, folder: string): Promise<ListedVersion[]> {
  const described = new Map((await describedVersions(folder)).map((version) => [version.hash, version]));
  return workspace.datasets.versions(id).flatMap((note) => {
    const version = described.get(note.hash);
    return version ? [{ ...version, note }] : [];
  });
}

/** Runs by the hash of the version that they were trained on: a run with a target of its own has a hash of its own, too. */
async function runsByVersion(
  workspace: Workspace,
  id: string,
  versions: readonly DescribedVersion[],
): Promise<Map<string, NeedingRun[]>> {
  const found = new Map<string, NeedingRun[]>();
  for (const { id: run, name, target } of workspace.datasets.runsOf(id)) {
    const trainedOn = await dataHashIn(workspace.runFolder(run));
    if (trainedOn === undefined) continue;
    const version = versions.find(
      ({ hash, description }) => hash === trainedOn || versionHash(withTarget(description, target)) === trainedOn,
    );
    if (version) found.set(version.hash, [...(found.get(version.hash) ?? []), { id: run, name }]);
  }
  return found;
}

export interface Removal {
  readonly hashes: readonly string[];
  /** Whether versions go that runs need. */
  readonly evenNeeded: boolean;
}

/** @returns the bytes that were freed. @throws EngineError `data.version`, `data.versionNeeded`: nothing is deleted then */
export async function removeVersions(workspace: Workspace, id: string, removal: Removal): Promise<number> {
  const folder = workspace.datasetFolder(id);
  const listed = await listedVersions(workspace, id, folder);
  const { name, hash: present } = workspace.datasets.find(id);
  const leaving = removal.hashes.map((hash) => {
    const version = listed.find((candidate) => candidate.hash === hash);
    if (version && hash !== present) return version;
    const why = version ? 'it is in use; use another one first' : 'there is none';
    throw new EngineError('data.version', `Data set '${name}', version ${hash.slice(0, 8)}: ${why}.`);
  });
  if (!removal.evenNeeded) await requireUnneeded(workspace, id, leaving, name);
  const staying = listed.filter((version) => !leaving.includes(version));
  const bytes = await bytesOf(folder, filesOnlyOf(leaving, staying));
  await forgetVersions(workspace, id, folder, removal.hashes);
  return bytes;
}

async function requireUnneeded(
  workspace: Workspace,
  id: string,
  leaving: readonly DescribedVersion[],
  name: string,
): Promise<void> {
  for (const [hash, [first, ...others]] of await runsByVersion(workspace, id, leaving))
    throw new EngineError(
      'data.versionNeeded',
      `Data set '${name}', version ${hash.slice(0, 8)}: run '${first!.name}'${others.length > 0 ? ` and ${others.length} more` : ''} was trained on it and would lose its examples.`,
    );
}

/** In an order that a crash may cut: first nothing finds the version, then its files go, or go at the next start. */
async function forgetVersions(
  workspace: Workspace,
  id: string,
  folder: string,
  hashes: readonly string[],
): Promise<void> {
  for (const hash of hashes) await rm(versionFile(folder, hash), { force: true });
  workspace.datasets.removeVersions(id, hashes);
  await sweepVersionFiles(folder);
}

/** Of a data set that was removed only what its runs need is kept. @param folder where it lies meanwhile */
export async function keepNeededVersions(workspace: Workspace, id: string, folder: string): Promise<void> {
  const described = await describedVersions(folder);
  const runs = await runsByVersion(workspace, id, described);
  const [present] = described;
  const unneeded = described.filter((version) => version !== present && !runs.has(version.hash));
  if (unneeded.length > 0)
    await forgetVersions(
      workspace,
      id,
      folder,
      unneeded.map(({ hash }) => hash),
    );
}

/** Brings what is noted to what is on disk, and removes what no version needs: a crash may have come between. */
export async function reconcileVersions(workspace: Workspace, id: string, folder: string): Promise<void> {
  const described = await describedVersions(folder);
  const there = new Set(described.map(({ hash }) => hash));
  const noted = workspace.datasets.versions(id);
  const gone = noted.filter(({ hash }) => !there.has(hash)).map(({ hash }) => hash);
  if (gone.length > 0) workspace.datasets.removeVersions(id, gone);
  const known = new Set(noted.map(({ hash }) => hash));
  for (const { hash } of described)
    if (!known.has(hash))
      workspace.datasets.addVersion(id, {
        hash,
        created: new Date().toISOString(),
        count: 0,
        reason: 'found in its folder',
      });
  await sweepVersionFiles(folder);
}
