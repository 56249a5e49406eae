// Programs: phases over one shared state, compiled to step graphs. Supervised training is one phase,
// a GAN two, evaluation one that trains nothing.
import { differentiate, type Seed } from '../autodiff/differentiate.js';
import { EngineError } from '../ir/diagnostic.js';
import type { Graph, Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import type { Tensor } from '../ir/tensor.js';
import { zeros } from '../ir/tensor.js';
import type { BufferDeclaration } from '../layers/scope.js';
import type { LoweringChoices } from '../ops/emit.js';
import { activateAfterPool } from '../passes/activateAfterPool.js';
import { computeInHalf } from '../passes/halfPrecision.js';
import { runPasses } from '../passes/runPasses.js';
import { initialize } from '../random/initializers.js';
import { LossScaling, scalingState, type ScalingState } from './mixedPrecision.js';
import { clipGradients } from './optimizers/clip.js';
import { optimizerOf, type OptimizerSpec } from './optimizers/index.js';
import { partitionParameters, type Partition } from './partition.js';
import type { PhaseDeclaration, PhaseTraining } from './phase.js';
import { Declarations, PhaseRecorder } from './phaseRecorder.js';
import { plainEntry, siblingEntry, StateStore, type StateEntry } from './state.js';
import type { ScalarInput, StateRead, StateWrite, StepGraph } from './stepGraph.js';

export interface Program {
  readonly entries: readonly StateEntry[];
  readonly steps: readonly StepGraph[];
  /** A fresh state: initialised parameters, buffers at their initial values, slots as their optimizer wants them. */
  initialState(seed: number, given?: ReadonlyMap<string, Tensor>): StateStore;
}

export interface CompileOptions {
  readonly choices?: LoweringChoices;
  /** Trained tensors of fewer elements are laid out as one flat vector (see `partitionParameters`). */
  readonly flatBelow?: number;
}

/** Slots and averages of the state by entry name: each with the number it starts at. */
type InitialSlots = Map<string, { readonly entry: StateEntry; readonly value: number }>;

/** Compiles all phases together, since they share one layout of the state. */
export function compileProgram(phases: readonly PhaseDeclaration[], options: CompileOptions = {}): Program {
  const declarations = new Declarations();
  const recorders = phases.map((phase) => new PhaseRecorder(phase, declarations, options.choices));
  const apart = new Set(recorders.flatMap(({ updates }) => [...updates.keys()]));
  const partitions = partitionParameters(declarations.parameters, phases, { flatBelow: options.flatBelow, apart });
  const buffers = [...declarations.buffers].map(([name, { shape, dtype }]) =>
    plainEntry(name, 'buffer', dtype ?? 'float32', shape),
  );
  const initialSlots: InitialSlots = new Map();
  const steps = recorders.map((recorder) => new StepCompiler(recorder, partitions, initialSlots).compile());
  const slots = [...initialSlots.values()];
  const entries = [
    ...partitions.flatMap((partition) => partition.entries),
    ...buffers,
    ...slots.map(({ entry }) => entry),
  ];
  return {
    entries,
    steps,
    initialState(seed, given) {
      const state = new StateStore(entries);
      const named = state.named();
      for (const [name, { initializer, shape }] of declarations.parameters)
        (named.get(name)!.data as Float32Array).set(
          (given?.get(name)?.data as Float32Array | undefined) ?? initialize(initializer, shape, seed, name),
        );
      for (const [name, declaration] of declarations.buffers)
        fillBuffer(named.get(name)!, declaration, given?.get(name));
      for (const { entry, value } of slots) fillSlot(state, entry, value, named);
      return state;
    },
  };
}

function fillBuffer(target: Tensor, { initial }: BufferDeclaration, given: Tensor | undefined): void {
  const source = given ?? (typeof initial === 'number' ? undefined : initial);
  if (source) (target.data as Float32Array).set(source.data as Float32Array);
  else (target.data as Float32Array).fill(initial as number);
}

/** Averages start at the parameters themselves, slots at one number. */
function fillSlot(state: StateStore, entry: StateEntry, value: number, named: ReadonlyMap<string, Tensor>): void {
  if (entry.role === 'slot') (state.current(entry.name).data as Float32Array).fill(value);
  else
    for (const field of entry.fields) {
      const source = named.get(field.name.slice(averagePrefix.length + 1))!;
      (state.view(entry.name, field).data as Float32Array).set(source.data as Float32Array);
    }
}

const averagePrefix = 'average';

/** Adds gradients, updates and outputs to a recorded phase. */
class StepCompiler {
  private readonly reads: StateRead[] = [];
  private readonly writes: StateWrite[] = [];
  private readonly results: Record<string, string> = {};
  private readonly scalars = new Map<string, ScalarInput>();
  /** Set where the phase computes in float16. */
  private scaling: LossScaling | undefined;
  private readonly unscaled = new Set<Value>();

  constructor(
    private readonly recorder: PhaseRecorder,
    private readonly partitions: readonly Partition[],
    private readonly initialSlots: InitialSlots,
  ) {}

  compile(): StepGraph {
    const { recorder } = this;
    const { phase, emit } = recorder;
    if (phase.training) {
      activateAfterPool(emit.graph, this.keptValues());
      emit.within('update', () => this.train(phase.training!));
    }
    for (const [name, next] of recorder.updates) this.write(name, next);
    for (const [name, value] of Object.entries(recorder.result.results))
      this.results[name] = this.output(value, `result/${name}`);
    const fieldEntries = new Map(
      this.partitions
        .flatMap(({ entries }) => entries)
        .flatMap((entry) => entry.fields.map((field) => [field.name, { entry, field }] as const)),
    );
    for (const name of recorder.parameters.keys()) {
      const { entry, field } = fieldEntries.get(name)!;
      this.reads.push({ input: name, entry: entry.name, field });
    }
    for (const name of recorder.buffers.keys()) this.reads.push({ input: name, entry: name });
    if (this.scaling) this.lowerPrecision();
    return {
      name: phase.name,
      graph: emit.graph,
      batch: recorder.batchInputs,
      scalars: [...recorder.scalarInputs.keys()].map(
        (name) => this.scalars.get(name) ?? { input: `scalar/${name}`, name },
      ),
      random: recorder.randomFields,
      reads: this.reads,
      writes: this.writes,
      results: this.results,
    };
  }

  /** Forward and backward pass in float16, once nothing superfluous is left of them. */
  private lowerPrecision(): void {
    const { emit, parameters } = this.recorder;
    runPasses(emit.graph);
    computeInHalf(emit.graph, { weights: new Set(parameters.values()), keep: this.unscaled });
  }

  /** What the phase gave out before it was differentiated. */
  private keptValues(): Set<Value> {
    const { result, updates } = this.recorder;
    const { loss, gradients, results } = result;
    return new Set([
      ...(loss ? [loss] : []),
      ...(gradients?.values() ?? []),
      ...Object.values(results),
      ...updates.values(),
    ]);
  }

  private train(training: PhaseTraining): void {
    const { recorder } = this;
    const mine = this.partitions.filter(({ trainers }) => trainers.has(recorder.phase.name));
    const entries = mine.flatMap((partition) => partition.entries.map((entry) => ({ partition, entry })));
    const scalingSlots = training.precision === 'float16' ? this.startScaling() : undefined;
    const gradients = this.unscale(this.gradients(entries.map(({ entry }) => entry)));
    const clipped = clipGradients(recorder.emit, gradients, training.clip);
    entries.forEach(({ partition, entry }, index) => this.updateEntry(training, partition, entry, clipped[index]!));
    if (!this.scaling || !scalingSlots) return;
    const next = this.scaling.next();
    this.writeEntry(scalingSlots.scale.entry, next.scale);
    this.writeEntry(scalingSlots.steps.entry, next.steps);
  }

  private startScaling(): Record<'scale' | 'steps', ScalingState> {
    const { emit, phase, result } = this.recorder;
    if (!result.loss || result.gradients)
      throw new EngineError(
        'program.precision',
        `Phase '${phase.name}': float16 needs a loss to scale, and the phase gives gradients of its own; use float32`,
      );
    const slots = scalingState(phase.name);
    for (const { entry, initial } of [slots.scale, slots.steps])
      this.initialSlots.set(entry.name, { entry, value: initial });
    this.scaling = new LossScaling(emit, this.readWhole(slots.scale.entry), this.readWhole(slots.steps.entry));
    return slots;
  }

  private unscale(gradients: Value[]): Value[] {
    if (!this.scaling) return gradients;
    const unscaled = this.scaling.unscale(gradients);
    for (const gradient of unscaled) this.unscaled.add(gradient);
    return unscaled;
  }

  /** One gradient an entry, concatenated in the order of its fields. */
  private gradients(entries: readonly StateEntry[]): Value[] {
    const { emit, parameters, result, phase } = this.recorder;
    const names = entries.flatMap((entry) => entry.fields.map((field) => field.name));
    const used = names.filter((name) => parameters.has(name));
    const seeds: Seed[] = result.loss ? [this.seedOf(result.loss)] : [];
    const found = differentiate(
      emit,
      seeds,
      used.map((name) => parameters.get(name)!),
      phase.training?.recompute ? { keep: checkpointsOf(emit.graph) } : {},
    );
    const byName = new Map(used.map((name, index) => [name, result.gradients?.get(name) ?? found[index]]));
    return entries.map((entry) => {
      if (entry.fields.length === 1 && entry.shape === entry.fields[0]!.shape)
        return byName.get(entry.name) ?? emit.full(entry.shape, 0);
      const pieces = entry.fields.map((field) => {
        const gradient = byName.get(field.name);
        return gradient
          ? emit.reshape(gradient, [sizeOf(field.shape)])
          : emit.constant(zeros('float32', [sizeOf(field.shape)]));
      });
      return emit.concat(pieces, 0);
    });
  }

  private seedOf(value: Value): Seed {
    return this.scaling ? { value, gradient: this.scaling.seed(value) } : { value };
  }

  /** What a step makes of a tensor: the same as before where float16 was not enough for its gradients. */
  private guarded(next: Value, current: Value): Value {
    return this.scaling ? this.scaling.guard(next, current) : next;
  }

  private updateEntry(training: PhaseTraining, partition: Partition, entry: StateEntry, gradient: Value): void {
    const { emit } = this.recorder;
    const spec = effectiveOptimizer(training.optimizer, partition.decay);
    const optimizer = optimizerOf(spec.type);
    const parameter = this.recorder.parameters.get(entry.name) ?? this.readWhole(entry);
    const slots: Record<string, Value> = {};
    const slotEntries = optimizer.slots(spec.options, entry.shape).map(({ name, initial }) => {
      const slot = siblingEntry(entry, 'slot', this.slotPrefix(partition, name));
      this.initialSlots.set(slot.name, { entry: slot, value: initial });
      slots[name] = this.readWhole(slot);
      return { name, slot };
    });
    const scalars = this.optimizerScalars(spec, partition);
    const next = optimizer.update({ emit, parameter, gradient, slots, scalars, options: spec.options });
    this.writeEntry(entry, this.guarded(next.parameter, parameter));
    for (const { name, slot } of slotEntries) this.writeEntry(slot, this.guarded(next.slots[name]!, slots[name]!));
    if (training.average) this.average(entry, next.parameter);
  }

  /** Phases that train one parameter in turn keep slots of their own. */
  private slotPrefix({ trainers }: Partition, slot: string): string {
    return trainers.size > 1 ? `optimizer/${this.recorder.phase.name}/${slot}` : `optimizer/${slot}`;
  }

  /** The numbers that the optimizer has the host compute, shared by the entries of a partition. */
  private optimizerScalars(spec: OptimizerSpec, partition: Partition): Record<string, Value> {
    const { trainers, decay } = partition;
    const rateFactor = trainers.get(this.recorder.phase.name)!;
    const names = Object.keys(optimizerOf(spec.type).scalars({ step: 1, learningRate: 1, options: spec.options }));
    return Object.fromEntries(
      names.map((name) => {
        const key = `${name}${rateFactor === 1 ? '' : `×${rateFactor}`}${decay ? '' : '/plain'}`;
        if (!this.scalars.has(key))
          this.scalars.set(key, { input: `scalar/${key}`, name, optimizer: { spec, rateFactor } });
        return [name, this.recorder.scalar(key)];
      }),
    );
  }

  /** average ← d·average + (1 − d)·parameter, with d given by the host so that it can warm up. */
  private average(entry: StateEntry, parameter: Value): void {
    const { emit } = this.recorder;
    const slot = siblingEntry(entry, 'average', averagePrefix);
    this.initialSlots.set(slot.name, { entry: slot, value: 0 });
    const old = this.readWhole(slot);
    const moved = emit.mul(emit.sub(parameter, old), this.recorder.scalar('averageRate'));
    this.writeEntry(slot, this.guarded(emit.add(old, moved), old));
  }

  private readWhole(entry: StateEntry): Value {
    const input = this.recorder.emit.input(`state/${entry.name}`, entry.dtype, entry.shape);
    this.reads.push({ input: input.name, entry: entry.name });
    return input;
  }

  private writeEntry(entry: StateEntry, next: Value): void {
    this.writes.push({ entry: entry.name, output: this.output(next, `next/${entry.name}`) });
  }

  /** An explicit update: of a buffer or of a parameter; the latter then has an entry of its own. */
  private write(name: string, next: Value): void {
    const fail = (text: string): EngineError =>
      new EngineError('program.update', `Phase '${this.recorder.phase.name}': update of '${name}': ${text}`, {
        node: name,
      });
    if (!this.recorder.buffers.has(name) && !this.recorder.parameters.has(name))
      throw fail('the phase must declare a parameter or buffer of that name');
    if (this.writes.some(({ entry }) => entry === name))
      throw fail('the phase trains it as well; leave it out of what it trains, or set it in a phase of its own');
    const current = this.recorder.buffers.get(name) ?? this.recorder.parameters.get(name)!;
    this.writes.push({ entry: name, output: this.output(this.guarded(next, current), `next/${name}`) });
  }

  /** Names a graph output; a value that is an input, a constant or an output already passes through Identity. */
  private output(value: Value, name: string): string {
    const { emit } = this.recorder;
    const needsCopy = !value.producer || emit.graph.outputs.includes(value);
    const output = needsCopy ? emit.identity(value) : value;
    output.name = name;
    emit.output(output);
    return name;
  }
}

/** The outputs of every √n-th of n nodes (Chen et al. 2016: «Training deep nets with sublinear memory cost»). */
function checkpointsOf(graph: Graph): Set<Value> {
  const stride = Math.ceil(Math.sqrt(graph.nodes.length));
  const kept = graph.nodes.filter((_, index) => index % stride === stride - 1);
  return new Set(kept.flatMap(({ outputs }) => outputs));
}

/** Parameters that do not decay take the same rule with its decay switched off. */
function effectiveOptimizer(spec: OptimizerSpec, decay: boolean): OptimizerSpec {
  if (decay) return spec;
  return { ...spec, options: { ...spec.options, weightDecay: 0, l1: 0 } };
}
