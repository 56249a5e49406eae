// What the import dialog holds: the preview's suggestions as changed by the person, what is wrong with them, and the options they make.
import type {
  DataTask,
  ImportOptions,
  ImportPreview,
  PreviewColumn,
  SplitChoice,
} from '../../../../contract/services/datasets.js';
import { importFaults } from '../../../texts/dataImport.js';

export type ColumnType = PreviewColumn['type'];
export type ColumnRole = PreviewColumn['role'];

export interface ColumnChoice {
  readonly name: string;
  readonly type: ColumnType;
  readonly role: ColumnRole;
}

export interface ImportForm {
  readonly name: string;
  readonly columns: readonly ColumnChoice[];
  readonly image: { readonly width: number; readonly height: number; readonly channels: 1 | 3 } | undefined;
  readonly windowLength: number | undefined;
  /** Undefined: as suits the data. */
  readonly split: SplitChoice | undefined;
}

export interface FormFault {
  /** A column's name, or one of these. */
  readonly place: { readonly column: string } | 'name' | 'columns' | 'windowLength' | 'image';
  readonly message: string;
}

export function formOf(preview: ImportPreview): ImportForm {
  const { image, windowLength } = preview;
  return {
    name: preview.suggestedName,
    columns: preview.columns.map(({ name, type, role }) => ({ name, type, role })),
    image: image ?? undefined,
    windowLength: windowLength ?? undefined,
    split: undefined,
  };
}

/** Another preview of the same file, read in another way: choices stay where the columns are still there. */
export function keepChoices(form: ImportForm, preview: ImportPreview): ImportForm {
  const fresh = formOf(preview);
  const chosen = new Map(form.columns.map((column) => [column.name, column]));
  const isSame = preview.columns.every(({ name }) => chosen.has(name)) && chosen.size === preview.columns.length;
  return {
    ...form,
    columns: isSame ? form.columns : fresh.columns,
    image: form.image ?? fresh.image,
    windowLength: form.windowLength ?? fresh.windowLength,
  };
}

export function withType(form: ImportForm, name: string, type: ColumnType): ImportForm {
  return changeColumn(form, name, (column) => ({
    ...column,
    type,
    role: type === 'ignored' ? 'ignored' : column.role === 'ignored' ? 'input' : column.role,
  }));
}

/** A column becomes the target instead of the present one, which becomes an input. */
export function withRole(form: ImportForm, name: string, role: ColumnRole, preview: ImportPreview): ImportForm {
  const found = preview.columns.find((column) => column.name === name)?.type;
  const revived = found === undefined || found === 'ignored' ? 'text' : found;
  const columns = form.columns.map((column) => {
    if (column.name === name)
      return { ...column, role, type: role !== 'ignored' && column.type === 'ignored' ? revived : column.type };
    return role === 'target' && column.role === 'target' ? { ...column, role: 'input' as const } : column;
  });
  return { ...form, columns };
}

function changeColumn(form: ImportForm, name: string, change: (column: ColumnChoice) => ColumnChoice): ImportForm {
  return { ...form, columns: form.columns.map((column) => (column.name === name ? change(column) : column)) };
}

export function targetOf(form: ImportForm): ColumnChoice | undefined {
  return form.columns.find(({ role }) => role === 'target');
}

/** What is learned: a number is estimated, one of a list is told apart. */
export function taskOf(form: ImportForm, preview: ImportPreview): DataTask {
  const target = targetOf(form);
  if (!target || preview.columns.length === 0) return preview.task;
  if (target.type === 'number') return preview.task === 'forecast' ? 'forecast' : 'regression';
  return 'classification';
}

/** Everything that keeps the import from starting; empty when nothing does. */
export function faultsOf(form: ImportForm, preview: ImportPreview): readonly FormFault[] {
  const faults: FormFault[] = [];
  if (form.name.trim() === '') faults.push({ place: 'name', message: importFaults.noName });
  if (form.name.length > 200) faults.push({ place: 'name', message: importFaults.longName });
  if (preview.columns.length > 0) faults.push(...columnFaults(form, preview));
  const { windowLength, image } = form;
  if (windowLength !== undefined && !isWhole(windowLength, 2, 100_000))
    faults.push({ place: 'windowLength', message: importFaults.windowLength });
  if (image && !(isWhole(image.width, 1, 4096) && isWhole(image.height, 1, 4096)))
    faults.push({ place: 'image', message: importFaults.imageSize });
  return faults;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function* columnFaults(form: ImportForm, preview: ImportPreview): Iterable<FormFault> {
  const target = targetOf(form);
  if (!target) yield { place: 'columns', message: importFaults.noTarget };
  if (!form.columns.some(({ role }) => role === 'input')) yield { place: 'columns', message: importFaults.noInput };
  if (!target) return;
  const place = { column: target.name };
  const found = preview.columns.find(({ name }) => name === target.name);
  if (target.type === 'text' || target.type === 'date')
    yield { place, message: importFaults.targetType(target.name, target.type) };
  else if (target.type === 'category' && found?.distinct === 1)
    yield { place, message: importFaults.oneClass(target.name) };
}

/** Only what differs from what reading would choose by itself, so that an import says what the person decided. */
export function optionsOf(form: ImportForm, preview: ImportPreview, reading: ReadingChoices = {}): ImportOptions {
  const target = targetOf(form);
  const types = Object.fromEntries(
    form.columns.map(({ name, type, role }) => [name, role === 'ignored' ? ('ignored' as const) : type]),
  );
  return {
    ...reading,
    name: form.name.trim(),
    ...(preview.columns.length > 0 && target && { target: target.name, types, task: taskOf(form, preview) }),
    ...(form.image && { image: { ...form.image } }),
    ...(form.windowLength !== undefined && { windowLength: form.windowLength }),
    ...(form.split && { split: form.split }),
  };
}

/** How a file is read, before its columns are known. */
export type ReadingChoices = Readonly<Pick<ImportOptions, 'delimiter' | 'header' | 'encoding' | 'leaveOutBroken'>>;

/** A name that no data set of the list has: «digits 2». */
export function freeName(name: string, taken: readonly string[]): string {
  const lower = new Set(taken.map((other) => other.toLowerCase()));
  if (!lower.has(name.toLowerCase())) return name;
  for (let number = 2; ; number++) {
    const candidate = `${name} ${String(number)}`;
    if (!lower.has(candidate.toLowerCase())) return candidate;
  }
}
