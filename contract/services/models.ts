// Models of the workspace: specifications that the editor edits, and ONNX files that are looked at.
import { z } from 'zod';
import { defineService, event, method } from '../service.js';

export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly layers: number;
}

export interface StoredModel extends ModelSummary {
  /** A ModelSpec of engine/layers. */
  readonly spec: unknown;
}

/** A graph of an ONNX file as the viewer needs it: flat arrays, since there may be many thousand nodes. */
export interface OnnxGraphView {
  readonly file: string;
  readonly bytes: number;
  readonly producer: string;
  readonly opset: number;
  readonly inputs: readonly OnnxValueView[];
  readonly outputs: readonly OnnxValueView[];
  readonly nodes: readonly OnnxNodeView[];
  /** From node (or −1 − index of an input) to node (or −1 − index of an output), and the value between them. */
  readonly edges: { readonly from: Int32Array; readonly to: Int32Array; readonly value: readonly string[] };
  readonly parameters: number;
  readonly trainable: number;
  /** Operators without a gradient or a kernel, and other findings, in sentences. */
  readonly remarks: readonly string[];
}

export interface OnnxValueView {
  readonly name: string;
  readonly dtype: string;
  /** Dimensions as text: `batch`, `3`, `224`; `?` where unknown. */
  readonly shape: readonly string[];
}

export interface OnnxNodeView {
  readonly name: string;
  readonly type: string;
  readonly domain: string;
  /** The first output's, where it is known. */
  readonly output: OnnxValueView;
  /** Names of initializers that it reads, with their sizes. */
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly trainable: boolean;
  }[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether a gradient can pass through it, and why not. */
  readonly differentiable: boolean;
}

const id = z.string().min(1).max(200);

export const modelsService = defineService('models', {
  methods: {
    list: method<readonly ModelSummary[]>()(z.object({})),
    get: method<StoredModel>()(z.object({ id })),
    /** Adds a model, or replaces the one with this id. The spec's form is checked; a model with faults can be kept. */
    save: method<ModelSummary>()(
      z.object({ id: id.optional(), name: z.string().min(1).max(200), spec: z.record(z.string(), z.unknown()) }),
    ),
    /** Can be taken back with `restore` until the workspace is closed. */
    remove: method()(z.object({ id })),
    restore: method()(z.object({ id })),
    /** A model that fits a data set: the example's own, or a modest default. Settings where the example has some. */
    defaultFor: method<{ readonly spec: unknown; readonly training: unknown }>()(z.object({ data: z.string().min(1) })),
    /** The inputs and outputs that a model for this data set must have (after preprocessing). */
    interfaceOf: method<{
      readonly inputs: readonly {
        readonly id: string;
        readonly shape: readonly number[];
        readonly dtype: string;
        readonly limit: number | null;
      }[];
      /** Numbers that the last layer gives: classes, characters, or 1. */
      readonly outputWidth: number;
      readonly classes: readonly string[];
    }>()(z.object({ data: z.string().min(1) })),
    openOnnx: method<OnnxGraphView, { readonly stage: string }>()(z.object({ path: z.string().min(1).max(4000) })),
  },
  events: {
    changed: event<{ readonly ids: readonly string[] }>(),
  },
});
