// Compiles a graph of static shapes to kernels: what is stored, which values share a kernel, where they lie, how they are computed.
import { Graph, Node, Value } from '../ir/graph.js';
import { chooseStored } from './chooseStored.js';
import type { KernelOptions } from './compileOptions.js';
import { Definitions } from './definitions.js';
import { Expressions } from './expressions.js';
import { formGroups } from './formGroups.js';
import { Homes } from './homes.js';
import type { Group, GuardGroup, KernelGroup, SessionGroup } from './kernelGroup.js';
import { storageOf, type KernelPlan, type PlanCommand, type SessionPort } from './kernelPlan.js';
import { KernelWriter } from './kernelWriter.js';
import { cutWideNodes, readableBuffers, storeUntilBindable } from './limitBindings.js';
import { Memory, type Location } from './memory.js';
import { ruleOf } from './rules/index.js';
import { scheduleGroup } from './schedules/index.js';
import { shareKernels } from './shareKernels.js';
import { sizeOf } from '../ir/shape.js';

/** @throws EngineError when an input or output is placed in a buffer that is not given. */
export function compileKernels(graph: Graph, options: KernelOptions): KernelPlan {
  const { limits } = options.target;
  const most = limits.maxStorageBuffersPerShaderStage;
  // What a schedule binds beside values is known afterwards only: a kernel that came out too wide makes all a little narrower.
  for (let allowed = most; ; allowed--) {
    const target = { ...options.target, limits: { ...limits, maxStorageBuffersPerShaderStage: allowed } };
    const plan = compileWithin(graph, { ...options, target });
    if (allowed <= leastBuffers || widest(plan) <= most) return plan;
  }
}

const leastBuffers = 4;

/** The most storage buffers that a kernel of the plan binds. */
function widest({ commands }: KernelPlan): number {
  const counts = commands.map((command) =>
    command.kind === 'kernel' ? command.bindings.filter(({ access }) => access !== 'uniform').length : 0,
  );
  return counts.reduce((left, right) => Math.max(left, right), 0);
}

function compileWithin(graph: Graph, options: KernelOptions): KernelPlan {
  options.observe?.('begin');
  const most = readableBuffers(options.target.limits.maxStorageBuffersPerShaderStage);
  const isKernel = (node: Node): boolean => isKernelNode(node, options);
  return new Compilation(cutWideNodes(graph, most, isKernel), options).compile();
}

function isKernelNode(node: Node, options: KernelOptions): boolean {
  if (options.forceSession?.(node) || (!options.target.features.f16 && hasFloat16(node))) return false;
  return ruleOf(node) !== undefined;
}

function hasFloat16({ inputs, outputs }: Node): boolean {
  return [...inputs, ...outputs].some((value) => value?.dtype === 'float16');
}

class Compilation {
  private readonly e = new Expressions();
  private readonly definitions = new Definitions(this.e);
  private readonly homes: Homes;
  private readonly memory: Memory;
  private readonly commands: PlanCommand[] = [];
  private guard: Location | undefined;

  constructor(
    private readonly graph: Graph,
    private readonly options: KernelOptions,
  ) {
    this.homes = new Homes(graph, options);
    this.memory = new Memory(this.homes, new Set(graph.outputs));
  }

  compile(): KernelPlan {
    const { graph, options, definitions, memory } = this;
    const kernels = new Set(graph.nodes.filter((node) => isKernelNode(node, options)));
    const isKernel = (node: Node): boolean => kernels.has(node);
    chooseStored(graph, definitions, isKernel);
    definitions.forget();
    storeUntilBindable(graph, definitions, readableBuffers(options.target.limits.maxStorageBuffersPerShaderStage));
    const guardBuffer = options.buffers?.find(({ name }) => name === options.guard?.buffer);
    if (guardBuffer) this.guard = memory.externalBuffer(guardBuffer);
    const inputs = graph.inputs.map((value) => memory.port(value, memory.locate(value)));
    const groups = formGroups(graph, definitions, this.homes, isKernel, options.target);
    this.emit(groups);
    const outputs = graph.outputs.map((value) => memory.port(value, memory.home(value)));
    const buffers = memory.buffers();
    return { commands: shareKernels(this.commands, buffers), buffers, inputs, outputs };
  }

  private emit(groups: readonly Group[]): void {
    const lastUse = lastUses(groups);
    const kept = new Set<Value>(this.graph.outputs);
    const released = new Map<Group, Value[]>();
    for (const [value, group] of lastUse)
      if (value.producer && (!kept.has(value) || this.homes.isDetached(value)))
        released.set(group, [...(released.get(group) ?? []), value]);
    for (const group of groups) {
      for (const value of writtenBy(group)) this.memory.allocate(value);
      const first = this.commands.length;
      this.emitGroup(group);
      this.options.observe?.({
        group,
        commands: this.commands.slice(first),
        placeOf: (value) => this.memory.locate(value),
        homeOf: (value) => this.memory.home(value),
      });
      for (const value of released.get(group) ?? []) this.memory.release(value);
      // A value that nobody reads is done with at once.
      for (const value of writtenBy(group)) if (!lastUse.has(value) && !kept.has(value)) this.memory.release(value);
    }
  }

  private emitGroup(group: Group): void {
    switch (group.kind) {
      case 'kernel':
        this.emitKernel(group);
        break;
      case 'session':
        this.emitSession(group);
        break;
      case 'guard':
        this.emitGuard(group);
        break;
    }
  }

  private writer(): KernelWriter {
    return new KernelWriter((value) => this.memory.locate(value), this.guard);
  }

  private emitKernel(group: KernelGroup): void {
    const scratch: Location[] = [];
    const nodes = nodesOf(group, this.definitions);
    const commands = scheduleGroup(group, {
      e: this.e,
      target: this.options.target,
      definitions: this.definitions,
      tiles: this.options.tiles ?? {},
      label: labelOf(group),
      nodes,
      writer: () => this.writer(),
      scratch: (storage, elements, label) => {
        const location = this.memory.scratch(storage, elements, label);
        scratch.push(location);
        return location;
      },
      destination: (value, homing) => {
        const placed = this.homes.directPlace(value) !== undefined && !this.homes.isDetached(value);
        return {
          location: homing ? this.memory.home(value) : this.memory.locate(value),
          guarded: this.homes.isState(value) && (homing || placed),
        };
      },
    });
    this.commands.push(...commands);
    for (const location of scratch) this.memory.releaseLocation(location);
  }

  private emitSession({ nodes }: SessionGroup): void {
    const made = new Set(nodes.flatMap(({ outputs }) => outputs));
    const taken = [...new Set(nodes.flatMap(({ inputs }) => inputs))].filter(
      (value): value is Value => value !== undefined && !made.has(value) && !value.constant,
    );
    const given = [...made].filter((value) => this.isNeededOutside(value, new Set(nodes)));
    const label = `onnxruntime: ${[...new Set(nodes.map(({ type }) => type))].join(', ')}`;
    const scratch: Location[] = [];
    const inputs = taken.map((value) => this.sessionPort(value, this.atStart(value, scratch)));
    this.commands.push({
      kind: 'session',
      label,
      graph: subgraphOf(nodes, taken, given),
      inputs,
      outputs: given.map((value) => this.sessionPort(value, this.memory.locate(value))),
      nodes: nodes.map(({ name }) => name),
    });
    for (const location of scratch) this.memory.releaseLocation(location);
  }

  private sessionPort(value: Value, { buffer }: Location): SessionPort {
    return { name: value.name, dtype: value.dtype!, shape: value.shape as readonly number[], buffer };
  }

  /** onnxruntime takes whole buffers: a value inside one is copied out first. */
  private atStart(value: Value, scratch: Location[]): Location {
    const location = this.memory.locate(value);
    const elements = sizeOf(value.shape as readonly number[]);
    if (location.offset === 0) return location;
    const copy = this.memory.scratch(storageOf(value.dtype!)!, elements, value.name);
    scratch.push(copy);
    this.commands.push({
      kind: 'copy',
      label: `copy ${value.name}`,
      from: { buffer: location.buffer, offset: location.offset },
      to: { buffer: copy.buffer, offset: 0 },
      elements,
    });
    return copy;
  }

  private isNeededOutside(value: Value, inside: ReadonlySet<Node>): boolean {
    return (
      this.graph.outputs.includes(value) ||
      this.graph.nodes.some((node) => !inside.has(node) && node.inputs.includes(value))
    );
  }

  /** halted becomes 1 where a watched value is not finite; completed counts the steps until then. */
  private emitGuard({ watched }: GuardGroup): void {
    const writer = this.writer();
    const { guard } = this;
    if (!guard) return;
    const { text } = writer;
    text.uses('isFinite');
    text.block('if (global.x == 0u)', [], true, () => {
      const finite = watched.map((value) => `isFinite(${writer.element(this.memory.locate(value), '0')})`).join(' && ');
      const halted = writer.element(guard, '0', 'read_write');
      text.block(`if (!(${finite}))`, [], true, () => text.line(`${halted} = 1u;`));
      text.block(`if (${halted} == 0u)`, [], true, () =>
        text.line(`${writer.element(guard, '1', 'read_write')} += 1u;`),
      );
    });
    this.commands.push(
      writer.command({
        label: 'guard',
        workgroupSize: [1, 1, 1],
        workgroups: [1, 1, 1],
        nodes: [],
        flops: 0,
        bytes: 8,
      }),
    );
  }
}

function writtenBy(group: Group): readonly Value[] {
  if (group.kind === 'kernel')
    return group.roots.filter(({ homing, inner }) => !homing && !inner).map(({ value }) => value);
  return group.kind === 'session' ? group.nodes.flatMap(({ outputs }) => outputs) : [];
}

/** The last group that reads each value. */
function lastUses(groups: readonly Group[]): Map<Value, Group> {
  const last = new Map<Value, Group>();
  for (const group of groups) {
    if (group.kind === 'guard') for (const value of group.watched) last.set(value, group);
    if (group.kind === 'session')
      for (const node of group.nodes) for (const value of node.inputs) if (value) last.set(value, group);
    if (group.kind === 'kernel')
      for (const { sources } of group.roots) for (const source of sources.keys()) last.set(source, group);
  }
  return last;
}

function labelOf({ roots }: KernelGroup): string {
  const names = roots.map(({ value }) => value.producer?.name ?? `copy ${value.name}`);
  return names.length > 2 ? `${names[0]!} + ${names.length - 1} more` : names.join(' + ');
}

/** The nodes that a kernel computes: those of its roots, and what they inline. */
function nodesOf({ roots }: KernelGroup, { stored }: Definitions): string[] {
  const names = new Set<string>();
  const visit = (node: Node | undefined): void => {
    if (!node || names.has(node.name)) return;
    names.add(node.name);
    for (const input of node.inputs) if (input?.producer && !stored.has(input)) visit(input.producer);
  };
  for (const { value, homing } of roots) if (!homing) visit(value.producer);
  return [...names];
}

/** The nodes as a graph of their own, over copies of their values. */
function subgraphOf(nodes: readonly Node[], inputs: readonly Value[], outputs: readonly Value[]): Graph {
  const graph = new Graph('segment');
  const copies = new Map<Value, Value>();
  const copyOf = (value: Value): Value => {
    let copy = copies.get(value);
    if (!copy) {
      copy = new Value(value.name, {
        ...(value.dtype && { dtype: value.dtype }),
        ...(value.shape && { shape: value.shape }),
      });
      copy.constant = value.constant;
      copies.set(value, copy);
    }
    return copy;
  };
  graph.inputs = inputs.map(copyOf);
  graph.nodes = nodes.map((node) => {
    const copy = new Node(
      node.type,
      node.name,
      node.inputs.map((value) => value && copyOf(value)),
      node.outputs.map(copyOf),
      node.attributes,
    );
    copy.domain = node.domain;
    return copy;
  });
  graph.outputs = outputs.map(copyOf);
  return graph;
}
