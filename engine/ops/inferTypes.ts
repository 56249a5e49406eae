// Types of every value of a graph, by the operators' shape rules.
import { EngineError, type Diagnostic } from '../ir/diagnostic.js';
import type { Graph, Node, Value } from '../ir/graph.js';
import { dimsConflict, formatShape, type Shape } from '../ir/shape.js';
import { definitionOf } from './index.js';
import type { InferredType } from './defineOp.js';

/**
 * Fills in what the rules know, keeping what the graph says where they know less. Faults come back as diagnostics:
 * those of the rules, and `shape.conflict` where a declared type contradicts the inferred one (which then holds).
 * Operators without a definition keep their declared types.
 */
export function inferTypes(graph: Graph): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const node of graph.nodes) {
    try {
      const inferred = definitionOf(node.type, node.domain)?.infer(node);
      inferred?.forEach((type, index) => settle(node, node.outputs[index], type, diagnostics));
    } catch (error) {
      diagnostics.push(diagnosticOf(error, node));
    }
  }
  return diagnostics;
}

/** Rules are written for well-formed nodes; on one that is not, they may fail in other ways than by an EngineError. */
function diagnosticOf(error: unknown, node: Node): Diagnostic {
  if (error instanceof EngineError)
    return { code: error.code, severity: 'error', message: error.message, place: error.place };
  const reason = error instanceof Error ? error.message : String(error);
  const message = `${node.type} '${node.name}': its inputs and attributes do not fit together (${reason})`;
  return { code: 'op.invalid', severity: 'error', message, place: { node: node.name } };
}

function settle(
  node: Node,
  output: Value | undefined,
  { dtype, shape }: InferredType,
  diagnostics: Diagnostic[],
): void {
  if (!output) return;
  const { dtype: declaredType, shape: declared } = output;
  const place = { node: node.name, port: output.name };
  if (declaredType && declaredType !== dtype)
    diagnostics.push({
      code: 'type.conflict',
      severity: 'warning',
      message: `${node.type} '${node.name}': '${output.name}' is declared as ${declaredType}, but is ${dtype}`,
      place,
    });
  output.dtype = dtype;
  if (!shape) return;
  output.shape = declared?.length === shape.length ? shape.map((dim, axis) => dim ?? declared[axis]!) : shape;
  if (declared && contradicts(declared, shape))
    diagnostics.push({
      code: 'shape.conflict',
      severity: 'warning',
      message: `${node.type} '${node.name}': '${output.name}' is declared as ${formatShape(declared)}, but is ${formatShape(shape)}`,
      place,
    });
}

function contradicts(declared: Shape, shape: Shape): boolean {
  return declared.length !== shape.length || declared.some((dim, axis) => dimsConflict(dim, shape[axis]!));
}
