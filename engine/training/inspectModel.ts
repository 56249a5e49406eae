// Looks into a foreign ONNX model: its graph with shape arithmetic folded, and a report on it.
import { EngineError } from '../ir/diagnostic.js';
import type { Graph, Value } from '../ir/graph.js';
import type { Tensor } from '../ir/tensor.js';
import { importModel, type ImportedGraph, type ImportOptions } from '../onnx/importModel.js';
import type { DecodedModel } from '../onnx/decode.js';
import { inferTypes } from '../ops/inferTypes.js';
import { foldConstants } from '../passes/foldConstants.js';
import { removeDeadCode } from '../passes/removeDeadCode.js';
import { runPasses } from '../passes/runPasses.js';
import { differentiableConstants, parameterCandidates, reportOn, type ModelReport } from './modelReport.js';

export interface InspectedModel {
  /** In the internal opset, types inferred, shape arithmetic folded, weights left as they are. */
  readonly graph: Graph;
  readonly model: DecodedModel;
  readonly report: ModelReport;
}

/** Imports, folds and reports. Throws `onnx.*` and `import.*`; what is merely unsupported stands in the report. */
export function inspectModel(bytes: Uint8Array, options: ImportOptions = {}): InspectedModel {
  return inspectImported(importModel(bytes, options));
}

/** As {@link inspectModel}, for a graph that was imported already; it is changed. */
export function inspectImported({ graph, model, opset, diagnostics }: ImportedGraph): InspectedModel {
  const candidates = parameterCandidates(graph);
  fold(graph);
  const found = new Set([...diagnostics, ...inferTypes(graph)].map((diagnostic) => JSON.stringify(diagnostic)));
  const once = [...found].map((text) => JSON.parse(text) as (typeof diagnostics)[number]);
  return { graph, model, report: reportOn(model, opset, candidates, once) };
}

/** Weights are hidden meanwhile: folded into another tensor they would lose their name. */
function fold(graph: Graph): void {
  const hidden = new Map<Value, Tensor>();
  for (const value of differentiableConstants(graph)) {
    hidden.set(value, value.constant!);
    value.constant = undefined;
  }
  try {
    runPasses(graph, [removeDeadCode, foldConstants]);
  } catch (error) {
    // Evaluation trusts what inference accepted; a file that slips through both is the file's fault.
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('import.fold', `Graph '${graph.name}': its constants do not fit its operators (${reason})`);
  } finally {
    for (const [value, tensor] of hidden) value.constant = tensor;
  }
}
