// How a layer is written as PyTorch: the module that it keeps, with its tensors, and the expression of its output.
import type { ValueType } from '../../ir/graph.js';
import type { LayerOptions } from '../../layers/defineLayer.js';
import type { HelperName } from './helpers.js';

/** A tensor of a module: its name in the module's state and its shape there. */
export interface ModuleTensor {
  readonly theirs: string;
  readonly shape: readonly number[];
}

/** An `nn.Module` as an expression. */
export interface PythonModule {
  readonly code: string;
  /** By the names that the layer has for them (`weight`, `conv1.weight`). */
  readonly tensors: Readonly<Record<string, ModuleTensor>>;
}

export interface LayerContext<O = LayerOptions> {
  readonly options: O;
  readonly inputs: readonly ValueType[];
  readonly outputs: readonly ValueType[];
  /** Variables that hold the inputs. */
  readonly args: readonly string[];
  /** `self.conv1`, where the layer keeps a module. */
  readonly self: string;
  /** Whether anything reads an output besides the first. */
  readonly readsMore: boolean;
  /** A variable of the layer's own: `lstm_state`. */
  readonly variable: (suffix: string) => string;
  /** Includes a function or class of the helpers and gives its name. */
  readonly use: (helper: HelperName) => string;
}

export interface WrittenLayer {
  readonly module?: PythonModule;
  /** Lines before the values. */
  readonly before?: readonly string[];
  /** An expression for each output that is used; the first is the layer's. */
  readonly values: readonly string[];
}

export type LayerWriter = (context: LayerContext) => WrittenLayer;

/** Options are those of the layer's own definition, which has checked them. */
export function writer<O>(write: (context: LayerContext<O>) => WrittenLayer): LayerWriter {
  return (context) => write(context as LayerContext<O>);
}

/** A layer without tensors: an expression of its inputs. */
export function expression<O = LayerOptions>(
  write: (args: readonly [string, ...string[]], context: LayerContext<O>) => string,
): LayerWriter {
  return writer<O>((context) => ({ values: [write(context.args as [string, ...string[]], context)] }));
}

/** Tensors that have the same names on both sides. */
export function sameNames(shapes: Readonly<Record<string, readonly number[]>>): PythonModule['tensors'] {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { theirs: name, shape }]));
}

/** The tensors of a part, below its name. */
export function withinPart(part: string, tensors: PythonModule['tensors']): PythonModule['tensors'] {
  return Object.fromEntries(
    Object.entries(tensors).map(([ours, { theirs, shape }]) => [
      `${part}.${ours}`,
      { theirs: `${part}.${theirs}`, shape },
    ]),
  );
}

/** The size of an axis that the layer's definition wants known. */
export function sizeAt({ shape }: ValueType, axis: number): number {
  return shape.at(axis) as number;
}
