// The versions of a data set as a panel shows them, and what is done with them.
import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { faultCodes, faultOf, type Fault } from '../../../../contract/fault.js';
import type { DatasetDetails, KeptVersion, KeptVersions } from '../../../../contract/services/datasets.js';
import { useServices } from '../../../services.js';
import { confirmAction, notify, notifyFault, type Question } from '../../../shell/notifications.js';
import { versionTexts as texts } from '../../../texts/dataVersions.js';

export interface Versions {
  readonly kept: ShallowRef<KeptVersions | undefined>;
  readonly fault: ShallowRef<Fault | undefined>;
  /** Neither in use nor needed by a run. */
  readonly unused: ComputedRef<readonly KeptVersion[]>;
  readonly load: () => Promise<void>;
  readonly use: (version: KeptVersion) => Promise<void>;
  readonly remove: (version: KeptVersion) => Promise<void>;
  readonly removeUnused: () => Promise<void>;
}

/** The first characters of the hash tell versions apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 8);
}

function questionOf({ hash, ownBytes, runs }: KeptVersion): Question {
  return {
    title: texts.question.one(shortHash(hash)),
    text: texts.question.text(
      ownBytes,
      runs.map(({ name }) => name),
    ),
    confirm: runs.length > 0 ? texts.question.confirmNeeded : texts.question.confirm,
  };
}

function questionOfSeveral(count: number, bytes: number): Question {
  const { several, textSeveral, confirm } = texts.question;
  return { title: several(count), text: textSeveral(bytes), confirm };
}

export function useVersions(details: () => DatasetDetails): Versions {
  const { datasets } = useServices();
  const kept = shallowRef<KeptVersions>();
  const fault = shallowRef<Fault>();
  const unused = computed(
    () => kept.value?.versions.filter(({ hash, runs }) => hash !== details().hash && runs.length === 0) ?? [],
  );

  async function load(): Promise<void> {
    const { id } = details();
    try {
      const found = await datasets.versions({ id });
      if (details().id !== id) return;
      kept.value = found;
      fault.value = undefined;
    } catch (error) {
      const found = faultOf(error);
      if (found.code !== faultCodes.cancelled) fault.value = found;
    }
  }

  async function use({ hash }: KeptVersion): Promise<void> {
    try {
      await datasets.useVersion({ id: details().id, hash });
      notify('success', texts.used(shortHash(hash)));
    } catch (error) {
      notifyFault(error);
    }
  }

  async function removeAsked(leaving: readonly KeptVersion[], question: Question, evenNeeded: boolean): Promise<void> {
    if (!(await confirmAction({ ...question, danger: true }))) return;
    try {
      const hashes = leaving.map(({ hash }) => hash);
      const { bytes } = await datasets.removeVersions({ id: details().id, hashes, evenNeeded });
      notify('success', texts.removed(hashes.length), bytes > 0 ? { detail: texts.freed(bytes) } : {});
    } catch (error) {
      notifyFault(error);
      await load();
    }
  }

  const remove = (version: KeptVersion): Promise<void> =>
    removeAsked([version], questionOf(version), version.runs.length > 0);

  async function removeUnused(): Promise<void> {
    const leaving = unused.value;
    const [only] = leaving;
    if (leaving.length === 1) return remove(only!);
    await removeAsked(leaving, questionOfSeveral(leaving.length, kept.value!.unusedBytes), false);
  }

  // `details` is another object whenever the data set has changed.
  watch(details, () => void load(), { immediate: true });
  return { kept, fault, unused, load, use, remove, removeUnused };
}
