// A graph to the bytes of an ONNX model.
import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { EngineError } from '../ir/diagnostic.js';
import type { Graph } from '../ir/graph.js';
import { subgraphsOf } from '../ir/subgraphs.js';
import type { DecodedModel } from './decode.js';
import { downgraded } from './downgrade/downgrade.js';
import { encodeGraph } from './encodeGraph.js';
import type { PlaceBytes } from './encodeTensor.js';
import { encodeEntries } from './entries.js';
import { internalOpset, laterOperators } from './opsets.js';

export { internalOpset } from './opsets.js';
export { encodeTensor } from './encodeTensor.js';
export { encodeGraph } from './encodeGraph.js';

export interface EncodeOptions {
  /**
   * The version of the standard domain to write, 17 or later: operators are put into the forms that it knows.
   * Left out, it is {@link internalOpset}, or what the newest operator needs.
   */
  readonly opset?: number;
  readonly producerVersion?: string;
  readonly docString?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Opsets of other domains that the graph uses. */
  readonly domains?: Readonly<Record<string, number>>;
  /** The model that the graph was decoded from: all around the graph is written back, its opsets too, unless told otherwise. */
  readonly from?: DecodedModel;
  /** Puts tensors outside the model; see `encodeExternal`. */
  readonly place?: PlaceBytes;
}

/** What one protobuf message can hold. */
const byteLimit = 2 ** 31 - 1;

/**
 * Encodes a whole model, the graph having the semantics of {@link internalOpset} (or, with `from` and no `opset`,
 * those of that model). Throws `onnx.tooLarge` beyond 2 GiB and `onnx.downgrade` for what `opset` cannot say.
 */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const { from } = options;
  const opset = options.opset ?? from?.opsets[''] ?? opsetOf(graph);
  const written = from && options.opset === undefined ? graph : downgraded(graph, opset);
  if (!options.place) checkSize(constantBytes(written));
  const opsets = { ...from?.opsets, '': opset, ...options.domains };
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(from ? Math.max(from.irVersion, opset < 15 ? 4 : irVersionOf(opset)) : irVersionOf(opset)),
    producerName: from?.producerName ?? 'Descent',
    producerVersion: options.producerVersion ?? from?.producerVersion ?? '',
    domain: from?.domain ?? '',
    modelVersion: from?.modelVersion ?? 0n,
    docString: options.docString ?? from?.docString ?? '',
    opsetImport: Object.entries(opsets).map(([domain, version]) => ({ domain, version: BigInt(version) })),
    graph: encodeGraph(written, options.place),
    metadataProps: encodeEntries({ ...from?.metadata, ...options.metadata }),
    functions: from?.carried.functions ?? [],
    trainingInfo: from?.carried.trainingInfo ?? [],
    configuration: from?.carried.configuration ?? [],
  });
  if (from?.carried.unknown) model.$unknown = from.carried.unknown;
  const bytes = toBinary(ModelProtoSchema, model);
  checkSize(bytes.length);
  return bytes;
}

function checkSize(bytes: number): void {
  if (bytes <= byteLimit) return;
  throw new EngineError(
    'onnx.tooLarge',
    `Model: an ONNX file must be below 2 GiB, got ${(bytes / 2 ** 30).toFixed(2)} GiB; write its weights as external data`,
  );
}

function constantBytes(graph: Graph): number {
  const own = graph.constants().reduce((sum, { constant }) => sum + constant!.data.byteLength, 0);
  const inner = graph.nodes.flatMap(subgraphsOf).reduce((sum, { graph: body }) => sum + constantBytes(body), 0);
  return own + inner;
}

function opsetOf(graph: Graph): number {
  return Math.max(internalOpset, ...graph.nodes.map((node) => (node.domain ? 0 : (laterOperators[node.type] ?? 0))));
}

/** The version of the file format that belongs to an opset (onnx's release table); older runtimes refuse later ones. */
function irVersionOf(opset: number): number {
  if (opset < 19) return 8;
  return opset < 21 ? 9 : 10;
}
