// The shaders that gather a batch by example number from data on the GPU, bit for bit as the fields' own `gather` does.
import type { FieldSource } from '../../engine/data/fieldSource.js';
import { sizeOf } from '../../engine/ir/shape.js';
import { stridingMain, workgroupsFor, type StepKernel } from './stepKernel.js';

/** How a field's numbers lie in GPU memory; every kind but `bytes` holds elements of the field's own type. */
export type StoredSource =
  | { readonly kind: 'rows' | 'history' | 'windows'; readonly label: string; readonly row: RowRule }
  | { readonly kind: 'bytes'; readonly label: string; readonly tables: string; readonly plane: number };

/** The element of example e at place w of a field, as WGSL over `example` and `within`. */
type RowRule = string;

export interface StoredField {
  readonly name: string;
  readonly storage: 'f32' | 'i32';
  readonly shape: readonly number[];
  readonly source: StoredSource;
}

/** A tensor of the batch: `offset` elements into the batch's buffer of its type. */
export interface BatchPlace {
  readonly buffer: string;
  readonly offset: number;
}

export interface GatherOptions {
  readonly batchSize: number;
  readonly scalars: string;
  /** In words of the scalars: the first place of the batch in the order, then the number of real examples. */
  readonly placeAt: number;
  /** Label of the example numbers in the order of the epoch. */
  readonly order: string;
  readonly places: Readonly<Record<string, BatchPlace>>;
  /** Name of the example weights: 1, and 0 for padding. */
  readonly weights: string;
  readonly storageBuffers: number;
}

/** The place of an element in a source that is not read by rows. */
export function rowRule(source: Exclude<FieldSource, { kind: 'bytes' | 'computed' }>, size: number): RowRule {
  switch (source.kind) {
    case 'rows':
      return size === 1 ? 'example' : `example * ${size}u + within`;
    case 'windows':
      return `example * ${source.stride}u + ${source.shift}u + within`;
    case 'history': {
      const { width, steps, horizon } = source;
      const first = `i32(example + within / ${width}u) - ${horizon + steps - 1}`;
      return `u32(max(0, ${first})) * ${width}u + within % ${width}u`;
    }
  }
}

interface Section {
  readonly threads: number;
  readonly sources: readonly { readonly label: string; readonly type: 'f32' | 'i32' | 'u32' }[];
  readonly target: BatchPlace & { readonly type: 'f32' | 'i32' };
  readonly size: number;
  /** WGSL of the value, over `example`, `within`, `place`; `names[i]` is the variable of source i. */
  value(names: readonly string[]): string;
}

/** As few kernels as the adapter's limit on storage buffers allows. */
export function gatherKernels(fields: readonly StoredField[], options: GatherOptions): StepKernel[] {
  const groups: Section[][] = [];
  const weights = options.places[options.weights] ? [weightSection(options)] : [];
  for (const section of [...fields.map((field) => fieldSection(field, options)), ...weights]) {
    const last = groups.at(-1);
    if (last && boundBy([...last, section]).length + 2 <= options.storageBuffers) last.push(section);
    else groups.push([section]);
  }
  return groups.map((group, index) => kernelOf(group, index, options));
}

function fieldSection({ name, storage, shape, source }: StoredField, options: GatherOptions): Section {
  const size = sizeOf(shape);
  const target = { ...options.places[name]!, type: storage };
  const common = { threads: options.batchSize * size, target, size };
  if (source.kind === 'bytes')
    return {
      ...common,
      sources: [
        { label: source.label, type: 'u32' },
        { label: source.tables, type: 'f32' },
      ],
      value: ([bytes, tables]) => {
        const at = `example * ${size}u + within`;
        const byte = `((${bytes}[(${at}) >> 2u] >> (((${at}) & 3u) * 8u)) & 255u)`;
        return `${tables}[(within / ${source.plane}u) * 256u + ${byte}]`;
      },
    };
  return {
    ...common,
    sources: [{ label: source.label, type: storage }],
    value: ([rows]) => `${rows}[${source.row}]`,
  };
}

function weightSection({ batchSize, places, weights }: GatherOptions): Section {
  const target = { ...places[weights]!, type: 'f32' as const };
  return { threads: batchSize, sources: [], target, size: 1, value: () => 'select(0.0, 1.0, place < filled)' };
}

interface Bound {
  readonly label: string;
  readonly type: string;
  readonly access: 'read' | 'read_write';
}

/** The buffers of some sections, each once. */
function boundBy(sections: readonly Section[]): Bound[] {
  const all = new Map<string, Bound>();
  for (const { sources, target } of sections) {
    for (const { label, type } of sources) all.set(label, { label, type, access: 'read' });
    all.set(target.buffer, { label: target.buffer, type: target.type, access: 'read_write' });
  }
  return [...all.values()];
}

function kernelOf(sections: readonly Section[], index: number, options: GatherOptions): StepKernel {
  const { scalars, order, placeAt } = options;
  const bound: Bound[] = [
    { label: scalars, type: 'u32', access: 'read' },
    { label: order, type: 'i32', access: 'read' },
    ...boundBy(sections),
  ];
  const nameOf = (label: string): string => `b${bound.findIndex((other) => other.label === label)}`;
  const declarations = bound.map(
    ({ type, access }, at) => `@group(0) @binding(${at}) var<storage, ${access}> b${at}: array<${type}>;`,
  );
  const threads = sections.reduce((sum, section) => sum + section.threads, 0);
  let end = 0;
  const branches = sections.map((section, at) => {
    const start = end;
    end += section.threads;
    const head = at === sections.length - 1 ? '' : `if (i < ${end}u) `;
    return `${head}{
      let element = i - ${start}u;
      let place = element / ${section.size}u;
      let within = element % ${section.size}u;
      let example = u32(b1[first + select(place % filled, place, place < filled)]);
      ${nameOf(section.target.buffer)}[${section.target.offset}u + element] = ${section.value(section.sources.map(({ label }) => nameOf(label)))};
    }`;
  });
  const body = `    let first = b0[${placeAt}];
    let filled = b0[${placeAt + 1}];
    ${branches.join(' else ')}`;
  return {
    label: `gather/${index}`,
    code: `${declarations.join('\n')}\n\n${stridingMain(threads, body)}`,
    bindings: bound.map(({ label, access }) => ({ buffer: label, access })),
    workgroups: workgroupsFor(threads),
    flops: 0,
    bytes: threads * 8,
  };
}
