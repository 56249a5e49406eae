// One open model: its document with history, what is described of it, what is chosen, drafts and saving. Panels share it.
import { computed, shallowReactive, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { ModelInterface, StoredModel } from '../../../contract/services/models.js';
import type { Diagnostic } from '../../../engine/ir/diagnostic.js';
import { describeModel, type KnownLayers, type ModelDescription } from '../../../engine/layers/describeModel.js';
import { parseModelSpec, type ModelSpec } from '../../../engine/layers/modelSpec.js';
import { useServices } from '../../services.js';
import { modelTexts } from '../../texts/model.js';
import { adaptTo, misfitsOf, type Misfit } from './describe/dataFit.js';
import { History } from './document/history.js';
import { openDocument, shortForm, type ModelDocument } from './document/modelDocument.js';
import { draftText, readDraft } from './draft.js';

/** Milliseconds without a change before a draft is written. */
const draftDelay = 400;

const draftKey = (id: string): string => `draft/model/${id}`;
/** Under which the data set is kept that a model is held against. */
export const dataKey = (id: string): string => `model/data/${id}`;

export class ModelSession {
  readonly document: ShallowRef<ModelDocument>;
  readonly description: ComputedRef<ModelDescription>;
  readonly faults: ComputedRef<readonly Diagnostic[]>;
  readonly faultsByNode: ComputedRef<ReadonlyMap<string, readonly Diagnostic[]>>;
  readonly isDirty: ComputedRef<boolean>;
  readonly misfits: ComputedRef<readonly Misfit[]>;
  /** Ids of shown nodes and edges that are chosen. */
  readonly selection = shallowRef<ReadonlySet<string>>(new Set());
  /** Where the graph should look at next: a node's id, and a number that changes with every wish. */
  readonly wish = shallowRef<{ readonly node: string; readonly port: string | undefined; readonly number: number }>();
  /** Unsaved changes of an earlier window were found. */
  readonly wasRestored = shallowRef(false);
  /** Saved by someone else while there are unsaved changes here. */
  readonly newer = shallowRef<StoredModel>();
  readonly data = shallowRef<string | null>(null);
  readonly demands = shallowRef<ModelInterface>();
  readonly undoTitle = shallowRef<string>();
  readonly redoTitle = shallowRef<string>();

  private readonly history: History<ModelDocument>;
  private readonly saved: ShallowRef<ModelDocument>;
  private readonly known: KnownLayers = new Map();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly id: string,
    private stored: StoredModel,
    draft: string | null,
  ) {
    const saved = openStored(stored);
    const restored = draft === null ? undefined : readDraft(draft);
    this.saved = shallowRef(saved);
    this.history = new History(saved);
    this.document = shallowRef(saved);
    this.isDirty = computed(() => this.document.value !== this.saved.value);
    this.description = computed(() => describeModel(this.document.value.spec, {}, this.known));
    this.faults = computed(() => faultsOf(this.document.value.spec, this.description.value));
    this.faultsByNode = computed(() => byNode(this.faults.value));
    this.misfits = computed(() =>
      this.demands.value ? misfitsOf(this.document.value, this.description.value, this.demands.value) : [],
    );
    if (restored) {
      this.history.amend(restored);
      this.document.value = restored;
      this.wasRestored.value = true;
      dirtyModels.add(id);
    }
    watch(this.data, (data) => void this.loadDemands(data));
    void this.loadData();
    watch(this.document, () => this.keepDraft());
  }

  /** One edit; with a `key`, edits under it in quick succession are one step of undo. */
  apply(title: string, change: (document: ModelDocument) => ModelDocument, key?: string): void {
    const next = change(this.document.value);
    this.history.commit(next, title, key);
    this.show();
  }

  /** The next edit is a step of its own. */
  seal(): void {
    this.history.seal();
  }

  undo(): void {
    if (this.history.undo()) this.show();
  }

  redo(): void {
    if (this.history.redo()) this.show();
  }

  private show(): void {
    this.document.value = this.history.present;
    this.undoTitle.value = this.history.undoTitle;
    this.redoTitle.value = this.history.redoTitle;
  }

  select(ids: Iterable<string>): void {
    this.selection.value = new Set(ids);
  }

  /** Chooses a node and brings it into view; `port` is the option or input that is meant. */
  goTo(node: string, port?: string): void {
    this.select([node]);
    this.wish.value = { node, port, number: (this.wish.value?.number ?? 0) + 1 };
  }

  adapt(): void {
    const { value } = this.demands;
    if (value) this.apply(modelTexts.edits.adapt, (document) => adaptTo(document, value));
  }

  /** The data set that the model is held against; kept for this model, apart from it. */
  setData(data: string | null): void {
    this.data.value = data;
    void useServices()
      .workspace.writeState({ key: dataKey(this.id), value: data })
      .catch(() => undefined);
  }

  private async loadData(): Promise<void> {
    this.data.value ??= await useServices()
      .workspace.readState({ key: dataKey(this.id) })
      .catch(() => null);
  }

  private async loadDemands(data: string | null): Promise<void> {
    this.demands.value = undefined;
    if (data === null) return;
    // A data set that is gone asks for nothing.
    const demands = await useServices()
      .models.interfaceOf({ data })
      .catch(() => undefined);
    if (this.data.value === data) this.demands.value = demands;
  }

  /** @throws the fault of the service where the form of the spec is not sound */
  async save(): Promise<void> {
    const document = this.document.value;
    const { models, workspace } = useServices();
    const { spec, layout } = document;
    // A plain object of numbers and texts.
    const kept = layout as unknown as Readonly<Record<string, never>>;
    this.saving = true;
    try {
      const summary = await models.save({ id: this.id, name: spec.name, spec, layout: kept });
      this.stored = { ...summary, spec, layout: kept };
      this.saved.value = document;
      this.newer.value = undefined;
      this.wasRestored.value = false;
      clearTimeout(this.timer);
      if (!this.isDirty.value) dirtyModels.delete(this.id);
      await workspace.writeState({ key: draftKey(this.id), value: null });
    } finally {
      this.saving = false;
    }
  }

  private saving = false;

  /** Back to what was saved; can be undone. */
  revert(): void {
    this.history.commit(this.saved.value, modelTexts.toolbar.revert);
    this.wasRestored.value = false;
    this.show();
  }

  /** Somebody saved this model: takes it over, or asks where there are changes. */
  async refresh(): Promise<void> {
    if (this.saving) return;
    const stored = await useServices().models.get({ id: this.id });
    if (stored.modified === this.stored.modified) return;
    if (!this.isDirty.value) this.take(stored);
    else if (isRenamed(this.stored, stored)) this.takeName(stored);
    else this.newer.value = stored;
  }

  /** Renamed in the list: what is being edited goes on under that name. */
  private takeName(stored: StoredModel): void {
    this.stored = stored;
    this.saved.value = named(this.saved.value, stored.name);
    this.history.amend(named(this.document.value, stored.name));
    this.show();
  }

  /** What was restored, or is here, stays; nothing is asked any more. */
  keepMine(): void {
    this.newer.value = undefined;
    this.wasRestored.value = false;
  }

  take(stored: StoredModel): void {
    this.stored = stored;
    this.newer.value = undefined;
    const document = openStored(stored);
    this.saved.value = document;
    this.history.commit(document, modelTexts.toolbar.takeTheirs);
    this.show();
  }

  private keepDraft(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.writeDraft(), draftDelay);
  }

  private async writeDraft(): Promise<void> {
    const value = this.isDirty.value ? draftText(this.document.value) : null;
    // Without a connection it is written after the next change.
    await useServices()
      .workspace.writeState({ key: draftKey(this.id), value })
      .catch(() => undefined);
    dirtyModels[this.isDirty.value ? 'add' : 'delete'](this.id);
  }
}

/** Models with unsaved changes, those that an earlier window left included. */
export const dirtyModels = shallowReactive(new Set<string>());

/** Notes which models have a draft of an earlier window. */
export async function findDrafts(ids: readonly string[]): Promise<void> {
  const { workspace } = useServices();
  const look = async (id: string): Promise<void> => {
    const draft = await workspace.readState({ key: draftKey(id) });
    // One that is open knows by itself.
    if (draft !== null && !sessions.has(id)) dirtyModels.add(id);
  };
  await Promise.all(ids.map(look));
}

/**
 * Saves what was changed and not saved, whether it is open or not.
 * @throws the fault of the service where the form of the spec is not sound
 */
export async function saveDraft(id: string): Promise<void> {
  await (await modelSession(id)).save();
}

function openStored({ spec, layout, name }: StoredModel): ModelDocument {
  return openDocument({ ...(spec as ModelSpec), name }, layout);
}

function named(document: ModelDocument, name: string): ModelDocument {
  return { ...document, spec: { ...document.spec, name } };
}

/** Whether they are alike but for the name. */
function isRenamed(one: StoredModel, other: StoredModel): boolean {
  const rest = (model: StoredModel): string => {
    const { spec, layout } = openStored(model);
    return JSON.stringify([shortForm({ ...spec, name: '' }), layout]);
  };
  return one.name !== other.name && rest(one) === rest(other);
}

/** Faults of the form come first: without it the rest is guesswork. */
function faultsOf(spec: ModelSpec, description: ModelDescription): readonly Diagnostic[] {
  const form = parseModelSpec(spec).diagnostics;
  return [...form, ...description.diagnostics];
}

function byNode(faults: readonly Diagnostic[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>();
  for (const fault of faults) {
    const { node } = fault.place;
    if (node === undefined) continue;
    const list = found.get(node);
    if (list) list.push(fault);
    else found.set(node, [fault]);
  }
  return found;
}

const sessions = new Map<string, Promise<ModelSession>>();

/** The session of a model; opened once and kept with its history as long as the window lives. */
export function modelSession(id: string): Promise<ModelSession> {
  const known = sessions.get(id);
  if (known) return known;
  const opened = open(id);
  sessions.set(id, opened);
  opened.catch(() => sessions.delete(id));
  return opened;
}

async function open(id: string): Promise<ModelSession> {
  const { models, workspace } = useServices();
  const [stored, draft] = await Promise.all([models.get({ id }), workspace.readState({ key: draftKey(id) })]);
  return new ModelSession(id, stored, draft);
}

/** A session that is open, if it is. */
export function openSession(id: string): Promise<ModelSession> | undefined {
  return sessions.get(id);
}

export function forgetSession(id: string): void {
  sessions.delete(id);
}
