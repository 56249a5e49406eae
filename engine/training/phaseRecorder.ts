// Builds the forward part of one phase and records what it declared.
import type { DType } from '../ir/dtype.js';
import { EngineError } from '../ir/diagnostic.js';
import { Graph, type Value } from '../ir/graph.js';
import type { BufferDeclaration, Distribution, ParameterDeclaration } from '../layers/scope.js';
import { Emit, type LoweringChoices } from '../ops/emit.js';
import type { PhaseDeclaration, PhaseResult, PhaseScope } from './phase.js';
import type { BatchInput, RandomField } from './stepGraph.js';

/** What all phases of a program declared together. */
export class Declarations {
  readonly parameters = new Map<string, ParameterDeclaration>();
  readonly buffers = new Map<string, BufferDeclaration>();

  declareParameter(name: string, declaration: ParameterDeclaration): void {
    const known = this.parameters.get(name);
    if (known && known.shape.join() !== declaration.shape.join())
      throw new EngineError(
        'program.shape',
        `parameter '${name}': declared with shape [${known.shape.join(', ')}] and again with [${declaration.shape.join(', ')}]`,
        { node: name },
      );
    if (!known) this.parameters.set(name, declaration);
  }
}

export class PhaseRecorder implements PhaseScope {
  readonly emit: Emit;
  readonly parameters = new Map<string, Value>();
  readonly buffers = new Map<string, Value>();
  readonly updates = new Map<string, Value>();
  readonly batchInputs: BatchInput[] = [];
  readonly randomFields: RandomField[] = [];
  readonly scalarInputs = new Map<string, Value>();
  readonly result: PhaseResult;
  private readonly randomValues = new Map<string, Value>();

  constructor(
    readonly phase: PhaseDeclaration,
    private readonly declarations: Declarations,
    choices?: LoweringChoices,
  ) {
    this.emit = new Emit(new Graph(phase.name), choices);
    this.result = phase.build(this);
  }

  get training(): boolean {
    return this.phase.training !== undefined;
  }

  parameter(name: string, declaration: ParameterDeclaration): Value {
    this.declarations.declareParameter(name, declaration);
    return known(this.parameters, name, () => this.emit.input(name, 'float32', declaration.shape));
  }

  buffer(name: string, declaration: BufferDeclaration): Value {
    if (!this.declarations.buffers.has(name)) this.declarations.buffers.set(name, declaration);
    return known(this.buffers, name, () => this.emit.input(name, declaration.dtype ?? 'float32', declaration.shape));
  }

  update(name: string, next: Value): void {
    this.updates.set(name, next);
  }

  random(name: string, distribution: Distribution, shape: readonly number[]): Value {
    return known(this.randomValues, name, () => {
      this.randomFields.push({ name: `random/${name}`, distribution, shape });
      return this.emit.input(`random/${name}`, 'float32', shape);
    });
  }

  batch(name: string, dtype: DType, shape: readonly number[]): Value {
    this.batchInputs.push({ name: `batch/${name}`, dtype, shape });
    return this.emit.input(`batch/${name}`, dtype, shape);
  }

  scalar(name: string): Value {
    return known(this.scalarInputs, name, () => this.emit.input(`scalar/${name}`, 'float32', []));
  }
}

function known<T>(map: Map<string, T>, name: string, make: () => T): T {
  let value = map.get(name);
  if (value === undefined) map.set(name, (value = make()));
  return value;
}
