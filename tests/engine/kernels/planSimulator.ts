// Follows every value through a plan's memory: nothing may be read after it was overwritten, nor before it was written.
import type { Graph, Value } from '../../../engine/ir/graph.js';
import { sizeOf } from '../../../engine/ir/shape.js';
import { compileKernels } from '../../../engine/kernels/compileKernels.js';
import type { SeenGroup, SeenPlace } from '../../../engine/kernels/compileObserver.js';
import type { KernelOptions } from '../../../engine/kernels/compileOptions.js';
import type { Expression } from '../../../engine/kernels/expression.js';
import { computesAll, type KernelGroup } from '../../../engine/kernels/kernelGroup.js';
import { storageBytes, storageOf, type KernelPlan } from '../../../engine/kernels/kernelPlan.js';

/** A value in a buffer; blocks of it may be written one by one. */
interface Resident extends SeenPlace {
  readonly name: string;
  readonly elements: number;
  written: number;
}

interface Access {
  readonly name: string;
  readonly place: SeenPlace;
  /** Of the whole value. */
  readonly elements: number;
  /** How many of them are written; a kernel may make blocks of a value. */
  readonly part: number;
  readonly bytesPerElement: number;
}

const sizeOfValue = ({ shape }: Value): number => sizeOf(shape as readonly number[]);
const overlap = (a: SeenPlace & { elements: number }, b: SeenPlace & { elements: number }): boolean =>
  a.buffer === b.buffer && a.offset < b.offset + b.elements && b.offset < a.offset + a.elements;

export interface Simulation {
  readonly plan: KernelPlan;
  /** Sentences; none: the plan is safe. */
  readonly faults: readonly string[];
}

/** Compiles a graph and checks the plan. */
export function simulatePlan(graph: Graph, options: KernelOptions): Simulation {
  const simulator = new Simulator(options);
  let records: Recorded[] = [];
  const plan = compileKernels(graph, {
    ...options,
    observe: (seen) => {
      if (seen === 'begin') records = [];
      else records.push(recorded(seen));
    },
  });
  simulator.begin(plan);
  for (const record of records) simulator.run(record);
  simulator.end(plan);
  return { plan, faults: simulator.faults };
}

interface Recorded {
  readonly label: string;
  readonly kind: SeenGroup['group']['kind'];
  readonly commands: SeenGroup['commands'];
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
  /** Values that are read where they are overwritten, element by element. */
  readonly aligned: ReadonlySet<string>;
}

/** Places are asked for at once: they are free for others later. */
function recorded(seen: SeenGroup): Recorded {
  const { group, commands } = seen;
  const access = (value: Value, place: SeenPlace, part = sizeOfValue(value)): Access => ({
    name: value.name,
    place: { buffer: place.buffer, offset: place.offset },
    elements: sizeOfValue(value),
    part,
    bytesPerElement: storageBytes(storageOf(value.dtype!)!),
  });
  const base = { kind: group.kind, commands, aligned: new Set<string>() };
  switch (group.kind) {
    case 'guard':
      return {
        ...base,
        label: 'guard',
        reads: group.watched.map((value) => access(value, seen.placeOf(value))),
        writes: [],
      };
    case 'session': {
      const made = new Set(group.nodes.flatMap(({ outputs }) => outputs));
      const taken = new Set(group.nodes.flatMap(({ inputs }) => inputs).filter((value) => value !== undefined));
      const reads = [...taken].filter((value) => !made.has(value) && !value.constant);
      return {
        ...base,
        label: 'session',
        reads: reads.map((value) => access(value, seen.placeOf(value))),
        writes: [...made].map((value) => access(value, seen.placeOf(value))),
      };
    }
    case 'kernel': {
      const writes = group.roots
        .filter(({ inner }) => !inner)
        .map(({ value, homing, ofRow }) =>
          access(value, homing ? seen.homeOf(value) : seen.placeOf(value), ofRow ? sizeOfValue(value) : group.elements),
        );
      const { reads, aligned } = readsOf(group);
      return {
        ...base,
        label: group.roots.map(({ value }) => value.name).join(' + '),
        reads: reads.map((value) => access(value, seen.placeOf(value))),
        writes,
        aligned,
      };
    }
  }
}

/** What a kernel reads from memory: everything but what its own roots compute at the same places. */
function readsOf(group: KernelGroup): { readonly reads: Value[]; readonly aligned: Set<string> } {
  const places = new Map<Value, Set<Expression>>();
  for (const { sources } of group.roots)
    for (const [value, at] of sources) {
      const known = places.get(value);
      if (known) for (const place of at) known.add(place);
      else places.set(value, new Set(at));
    }
  // Kernels of whole rows read what they computed of a row at any of its places.
  const rowValues = new Set(group.rows ? group.roots.flatMap(({ value, homing }) => (homing ? [] : [value])) : []);
  const made = { ...group, roots: group.roots.filter(({ homing }) => !homing) };
  const reads = [...places].filter(([value, at]) => !rowValues.has(value) && !computesAll(made, value, at));
  const aligned = reads.filter(([, at]) => at.size === 1 && at.has(group.position)).map(([value]) => value.name);
  return { reads: reads.map(([value]) => value), aligned: new Set(aligned) };
}

class Simulator {
  readonly faults: string[] = [];
  private residents: Resident[] = [];
  private plan!: KernelPlan;
  private guarded = new Set<number>();
  private guard: number | undefined;
  private guardDone = false;

  constructor(private readonly options: KernelOptions) {}

  begin(plan: KernelPlan): void {
    this.plan = plan;
    const external = (name: string | undefined): number =>
      plan.buffers.findIndex(({ label, role }) => role === 'external' && label === name);
    const { buffers = [], guard } = this.options;
    this.guarded = new Set(buffers.filter((buffer) => buffer.guarded).map(({ name }) => external(name)));
    this.guard = guard && external(guard.buffer);
    for (const { name, buffer, offset, shape } of plan.inputs)
      this.residents.push({ name, buffer, offset, elements: sizeOf(shape), written: sizeOf(shape) });
    plan.buffers.forEach(({ role, elements }, buffer) => {
      if (role === 'constant')
        this.residents.push({ name: '(constant)', buffer, offset: 0, elements, written: elements });
    });
  }

  run(record: Recorded): void {
    for (const read of record.reads) this.read(record, read);
    this.checkBindings(record);
    this.checkInPlace(record);
    if (record.kind === 'guard') this.guardDone = true;
    for (const write of record.writes) this.write(record, write);
  }

  /** All outputs must lie where the plan says. */
  end(plan: KernelPlan): void {
    for (const { name, buffer, offset, shape } of plan.outputs)
      this.expectResident('the end', { name, place: { buffer, offset }, elements: sizeOf(shape) });
  }

  private read(record: Recorded, access: Access): void {
    this.expectResident(record.label, access);
  }

  private expectResident(who: string, { name, place, elements }: Pick<Access, 'name' | 'place' | 'elements'>): void {
    if (elements === 0) return;
    const found = this.residents.find(
      (resident) =>
        resident.buffer === place.buffer &&
        resident.offset === place.offset &&
        (resident.name === name || resident.name === '(constant)'),
    );
    if (!found) this.faults.push(`${who}: reads '${name}', which is not (or no longer) in ${this.place(place)}`);
    else if (found.written < elements)
      this.faults.push(`${who}: reads '${name}', of which ${found.written} of ${elements} elements are written`);
  }

  private write({ label }: Recorded, { name, place, elements, part, bytesPerElement }: Access): void {
    if (this.guarded.has(place.buffer) && this.guard !== undefined && !this.guardDone)
      this.faults.push(`${label}: writes state '${name}' before the guard`);
    const buffer = this.plan.buffers[place.buffer]!;
    if ((place.offset + elements) * bytesPerElement > buffer.elements * storageBytes(buffer.storage))
      this.faults.push(`${label}: writes '${name}' past ${this.place(place)}`);
    const known = this.residents.find(
      (resident) => resident.name === name && resident.buffer === place.buffer && resident.offset === place.offset,
    );
    this.residents = this.residents.filter(
      (resident) => resident === known || !overlap(resident, { ...place, elements }),
    );
    if (!known) this.residents.push({ name, ...place, elements, written: part });
    else known.written = (Math.min(known.written, elements) % elements) + part;
  }

  /** Each buffer once, everything that is touched, and nothing alive that is not. */
  private checkBindings({ label, commands, reads, writes }: Recorded): void {
    const known = new Set([...reads, ...writes].map(({ place }) => place.buffer));
    const written = new Set(writes.map(({ place }) => place.buffer));
    const bound = new Set<number>();
    const most = this.options.target.limits.maxStorageBuffersPerShaderStage;
    for (const command of commands) {
      if (command.kind !== 'kernel') continue;
      const buffers = command.bindings.filter(({ access }) => access !== 'uniform').map(({ buffer }) => buffer);
      if (new Set(buffers).size < buffers.length) this.faults.push(`${label}: binds a buffer twice`);
      if (buffers.length > most) this.faults.push(`${label}: binds ${buffers.length} buffers, more than ${most}`);
      for (const { buffer, access } of command.bindings) {
        bound.add(buffer);
        if (access === 'read_write' && !written.has(buffer) && buffer !== this.guard)
          this.clobber(label, buffer, known);
      }
      const touchesState = command.bindings.some(
        ({ buffer, access }) => access === 'read_write' && this.guarded.has(buffer),
      );
      if (touchesState && this.guard !== undefined && !buffers.includes(this.guard))
        this.faults.push(`${label}: writes state without asking the guard`);
    }
    for (const buffer of written)
      if (commands.some(({ kind }) => kind === 'kernel') && !bound.has(buffer))
        this.faults.push(`${label}: does not bind ${this.place({ buffer, offset: 0 })}, which it writes`);
  }

  /** A schedule's own scratch must hold nothing that anybody needs: what it held is gone. */
  private clobber(label: string, buffer: number, known: ReadonlySet<number>): void {
    if (known.has(buffer)) this.faults.push(`${label}: uses a buffer as scratch that it reads`);
    if (this.plan.buffers[buffer]!.role !== 'scratch')
      this.faults.push(`${label}: writes ${this.place({ buffer, offset: 0 })} without a value for it`);
    this.residents = this.residents.filter((resident) => resident.buffer !== buffer);
  }

  /** What a kernel overwrites it may read only element by element, in the command that writes it. */
  private checkInPlace({ label, kind, commands, reads, writes, aligned }: Recorded): void {
    for (const write of writes)
      for (const read of reads) {
        const old = { ...read.place, elements: read.elements };
        if (read.name === write.name || !overlap(old, { ...write.place, elements: write.elements })) continue;
        if (kind !== 'kernel' || !aligned.has(read.name) || read.place.offset !== write.place.offset)
          this.faults.push(`${label}: reads '${read.name}' while it overwrites it with '${write.name}'`);
        const users = commands.filter(
          (command) =>
            command.kind === 'kernel' && command.bindings.some(({ buffer }) => buffer === write.place.buffer),
        );
        const last = users.at(-1);
        const writer = users.find(
          (command) =>
            command.kind === 'kernel' &&
            command.bindings.some(({ buffer, access }) => buffer === write.place.buffer && access === 'read_write'),
        );
        if (writer !== last) this.faults.push(`${label}: a later command reads '${read.name}' again`);
      }
  }

  private place({ buffer, offset }: SeenPlace): string {
    return `buffer ${buffer} (${this.plan.buffers[buffer]!.label.slice(0, 60)}) at ${offset}`;
  }
}
