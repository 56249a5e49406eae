// The bytes of an ONNX model to a graph. Files come from anywhere, so nothing in them is trusted.
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto, type ModelProto } from 'onnx-buf';
import { EngineError, type Diagnostic } from '../ir/diagnostic.js';
import type { Graph } from '../ir/graph.js';
import { NameScope } from '../ir/names.js';
import type { UnknownFields } from './carried.js';
import { decodeGraph } from './decodeGraph.js';
import { entriesOf } from './entries.js';
import type { ReadRange } from './externalLocation.js';

export interface DecodeOptions {
  /** Reads external data; without it a model that has some is refused. */
  readonly readRange?: ReadRange;
  /** The file's name, for faults. */
  readonly file?: string | undefined;
}

/** A model file: its graph, still in the semantics of its opset, and what is written around it. */
export interface DecodedModel {
  readonly graph: Graph;
  /** Version by domain; '' is the standard one. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly domain: string;
  readonly modelVersion: bigint;
  readonly docString: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** What is kept without being understood. */
  readonly diagnostics: readonly Diagnostic[];
  readonly carried: CarriedModel;
}

/** Parts that the engine does nothing with but writes back. */
export interface CarriedModel {
  readonly functions: ModelProto['functions'];
  readonly trainingInfo: ModelProto['trainingInfo'];
  readonly configuration: ModelProto['configuration'];
  readonly unknown: UnknownFields;
}

/**
 * Decodes a model of any opset. Throws `onnx.malformed` for bytes that are no ONNX model and other `onnx.*`, located,
 * for what contradicts itself.
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): DecodedModel {
  const subject = options.file === undefined ? 'Model' : `Model '${options.file}'`;
  const proto = parseModel(bytes, subject);
  const graphProto = proto.graph;
  if (!graphProto || proto.opsetImport.length + graphProto.node.length === 0)
    throw new EngineError('onnx.malformed', `${subject}: must be an ONNX model with a graph, got a file without one`);
  const diagnostics: Diagnostic[] = [];
  const graph = decodeGraph(graphProto, {
    readRange: options.readRange,
    diagnostics,
    nodeNames: new NameScope(),
    valueNames: new NameScope(valueNamesIn(graphProto)),
  });
  const { functions, trainingInfo, configuration, $unknown: unknown } = proto;
  return {
    graph,
    opsets: opsetsOf(proto),
    irVersion: Number(proto.irVersion),
    producerName: proto.producerName,
    producerVersion: proto.producerVersion,
    domain: proto.domain,
    modelVersion: proto.modelVersion,
    docString: proto.docString,
    metadata: entriesOf(proto.metadataProps),
    diagnostics,
    carried: { functions, trainingInfo, configuration, unknown },
  };
}

function parseModel(bytes: Uint8Array, subject: string): ModelProto {
  try {
    // A plain view: Node's Buffer would hand its own `slice`, which does not copy, to everything cut from it.
    return fromBinary(ModelProtoSchema, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      'onnx.malformed',
      `${subject}: must be an ONNX file, got ${bytes.length} bytes that do not parse (${reason}); it may be truncated: ` +
        'download, copy or export it again',
    );
  }
}

/** Files from before opsets were declared have opset 1. */
function opsetsOf({ opsetImport }: ModelProto): Record<string, number> {
  const opsets = new Map([['', 1]]);
  for (const { domain, version } of opsetImport) {
    const name = domain === 'ai.onnx' ? '' : domain;
    if (version < 1n || version > 1_000_000n)
      throw new EngineError(
        'onnx.opset',
        `Model: the opset of domain '${name}' must be a positive number, got ${version}`,
      );
    opsets.set(name, Math.max(opsets.get(name) ?? 1, Number(version)));
  }
  return Object.fromEntries(opsets);
}

/** Names in use anywhere, so that a new one is new in every scope. */
function* valueNamesIn(graph: GraphProto): Generator<string> {
  for (const { name } of graph.input) yield name;
  for (const { name } of graph.initializer) yield name;
  for (const node of graph.node) {
    yield* node.output;
    for (const { g, graphs } of node.attribute) {
      if (g) yield* valueNamesIn(g);
      for (const inner of graphs) yield* valueNamesIn(inner);
    }
  }
}
