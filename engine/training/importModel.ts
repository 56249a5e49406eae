// A foreign ONNX model made ready for fine-tuning, and a report on it.
import { EngineError, type Diagnostic } from '../ir/diagnostic.js';
import type { Graph } from '../ir/graph.js';
import { subgraphsOf } from '../ir/subgraphs.js';
import { decodeModel, type DecodedModel, type DecodeOptions } from '../onnx/decode.js';
import { upgradeGraph } from '../onnx/upgrade/upgrade.js';
import { inferTypes } from '../ops/inferTypes.js';
import { foldConstants } from '../passes/foldConstants.js';
import { removeDeadCode } from '../passes/removeDeadCode.js';
import { runPasses } from '../passes/runPasses.js';
import { reportOn, type ModelReport } from './modelReport.js';

export interface ImportOptions extends DecodeOptions {
  /** Sizes of symbolic dimensions by name, as `{ batch: 32 }`. */
  readonly dimensions?: Readonly<Record<string, number>>;
  /** The size of the first dimension of every input, where that is symbolic or unknown. */
  readonly batch?: number;
}

export interface ImportedModel {
  /** In the internal opset, types inferred, constants folded. */
  readonly graph: Graph;
  readonly model: DecodedModel;
  readonly report: ModelReport;
}

/** Decodes, upgrades, infers and folds. Throws `onnx.*`; what is merely unsupported stands in the report. */
export function importModel(bytes: Uint8Array, options: ImportOptions = {}): ImportedModel {
  const model = decodeModel(bytes, options);
  const { graph } = model;
  const diagnostics: Diagnostic[] = [...model.diagnostics, ...upgradeGraph(graph, model.opsets['']!)];
  fixDimensions(graph, options);
  inferTypes(graph);
  fold(graph);
  diagnostics.push(...inferTypes(graph));
  return { graph, model, report: reportOn(model, diagnostics) };
}

/** Evaluation trusts what inference accepted; a file that slips through both is the file's fault. */
function fold(graph: Graph): void {
  try {
    runPasses(graph, [removeDeadCode, foldConstants]);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('import.fold', `Graph '${graph.name}': its constants do not fit its operators (${reason})`);
  }
}

function fixDimensions(graph: Graph, { dimensions = {}, batch }: ImportOptions): void {
  for (const [name, size] of [
    ...Object.entries(dimensions),
    ...(batch === undefined ? [] : [['batch', batch] as const]),
  ])
    if (!Number.isSafeInteger(size) || size < 1)
      throw new EngineError('import.dimension', `Dimension '${name}': must be a positive whole number, got ${size}`);
  const sizes = new Map<string, number>(Object.entries(dimensions));
  if (batch !== undefined)
    for (const input of graph.inputs) {
      const first = input.shape?.[0];
      if (typeof first === 'string' && !sizes.has(first)) sizes.set(first, batch);
      if (first === null) input.shape = input.shape!.with(0, batch);
    }
  if (sizes.size) substitute(graph, sizes, batch !== undefined);
}

/** Declared shapes of inner values are forgotten where a dimension without a name was fixed: they may depend on it. */
function substitute(graph: Graph, sizes: ReadonlyMap<string, number>, forget: boolean): void {
  for (const value of graph.values())
    value.shape = value.shape?.map((dim) =>
      typeof dim === 'string' ? (sizes.get(dim) ?? (forget && value.producer ? null : dim)) : dim,
    );
  for (const node of graph.nodes) for (const { graph: inner } of subgraphsOf(node)) substitute(inner, sizes, forget);
}
