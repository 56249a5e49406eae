// Models of the workspace: specifications that the editor edits, and ONNX files that are looked at.
import { z } from 'zod';
import { defineService, event, method } from '../service.js';
import { trainRequestSchema } from '../training.js';

export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** When it was last saved. */
  readonly modified: string;
  readonly layers: number;
  /** Numbers that training may change, and those that it may not. */
  readonly parameters: number;
  /** Faults that keep it from being trained. */
  readonly faults: number;
}

export interface StoredModel extends ModelSummary {
  /** A ModelSpec of engine/layers. */
  readonly spec: unknown;
  /** What the editor keeps beside it (places of nodes, collapsed groups), as it was given to `save`; null where nothing was. */
  readonly layout: unknown;
}

/** What a data set asks of a model, after preprocessing. */
export interface ModelInterface {
  readonly inputs: readonly {
    readonly id: string;
    /** Of one example. */
    readonly shape: readonly number[];
    readonly dtype: string;
    /** Of indices: every one is below it. */
    readonly limit: number | null;
  }[];
  /** Numbers that the last layer gives: classes, characters, or 1. */
  readonly outputWidth: number;
  readonly classes: readonly string[];
  /** What is predicted: one of some classes, a number, or the next character at every step. */
  readonly target: 'class' | 'value' | 'nextCharacters';
  /** Why a model cannot learn to give the input again, in a sentence; null where one can. */
  readonly reconstructionObstacle: string | null;
}

/** A graph of an ONNX file as the viewer needs it: nodes by number, edges as flat arrays, since there may be many thousand. */
export interface OnnxGraphView {
  readonly file: string;
  readonly bytes: number;
  readonly name: string;
  readonly producer: string;
  readonly irVersion: number;
  /** Version by domain; '' is the standard one. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly OnnxValueView[];
  readonly outputs: readonly OnnxValueView[];
  /** In the order of computation. */
  readonly nodes: readonly OnnxNodeView[];
  /** From node (or −1 − index of an input) to node (or −1 − index of an output); `value` is an index into `values`. */
  readonly edges: { readonly from: Int32Array; readonly to: Int32Array; readonly value: Int32Array };
  /** What flows along edges. */
  readonly values: readonly OnnxValueView[];
  /** Numbers in all weights, and in those that can be trained. */
  readonly parameters: number;
  readonly trainable: number;
  readonly weights: readonly OnnxWeightView[];
  /** Of one run, symbolic dimensions counted as 1. */
  readonly flops: number;
  /** Operators without a gradient or a kernel, and other findings, in sentences; `node` is the name of one that is meant. */
  readonly remarks: readonly { readonly text: string; readonly node: string | null }[];
}

export interface OnnxValueView {
  readonly name: string;
  /** Empty where it is unknown. */
  readonly dtype: string;
  /** Dimensions as text: `batch`, `3`, `224`; `?` where unknown. null where not even the rank is known. */
  readonly shape: readonly string[] | null;
}

export interface OnnxWeightView {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  /** Why it is not trainable; empty where it is. */
  readonly reason: string;
}

export interface OnnxNodeView {
  readonly name: string;
  readonly type: string;
  readonly domain: string;
  /** Indices into `values`. */
  readonly outputs: readonly number[];
  /** Constants that it reads: indices into `weights`. */
  readonly weights: readonly number[];
  /** Small constants and attributes as text, by name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Why no gradient can pass through it; empty where one can. */
  readonly obstacle: string;
}

const id = z.string().min(1).max(200);

export const modelsService = defineService('models', {
  methods: {
    list: method<readonly ModelSummary[]>()(z.object({})),
    get: method<StoredModel>()(z.object({ id })),
    /** Adds a model, or replaces the one with this id. The spec's form is checked; a model with faults can be kept. */
    save: method<ModelSummary>()(
      z.object({
        id: id.optional(),
        name: z.string().min(1).max(200),
        spec: z.record(z.string(), z.unknown()),
        layout: z.json().optional(),
      }),
    ),
    rename: method<ModelSummary>()(z.object({ id, name: z.string().min(1).max(200) })),
    /** Can be taken back with `restore` for a day. */
    remove: method()(z.object({ id })),
    restore: method()(z.object({ id })),
    /** A model that fits a data set: the example's own, or a modest default. Settings where the example has some. */
    defaultFor: method<{ readonly spec: unknown; readonly training: unknown }>()(
      z.object({ data: z.string().min(1), objective: trainRequestSchema.shape.objective }),
    ),
    /** The inputs and outputs that a model for this data set must have (after preprocessing). */
    interfaceOf: method<ModelInterface>()(z.object({ data: z.string().min(1) })),
    openOnnx: method<OnnxGraphView, { readonly stage: string }>()(z.object({ path: z.string().min(1).max(4000) })),
  },
  events: {
    changed: event<{ readonly ids: readonly string[] }>(),
  },
});
