// Everything that is wrong with a graph: its structure, its operators, and the types between them.
import type { Diagnostic } from '../ir/diagnostic.js';
import type { Graph } from '../ir/graph.js';
import { cloneGraph } from '../ir/cloneGraph.js';
import { subgraphsOf } from '../ir/subgraphs.js';
import { validate } from '../ir/validate.js';
import { inferTypes } from './inferTypes.js';
import { definitionOf } from './index.js';

/** All diagnostics, the structure's first; the graph is left as it is. Never throws for what a graph says. */
export function validateGraph(graph: Graph): Diagnostic[] {
  const structure = validate(graph);
  if (structure.some(({ severity }) => severity === 'error')) return structure;
  return [...structure, ...unknownOperators(graph), ...inferTypes(cloneGraph(graph).graph), ...untyped(graph)];
}

/** Operators without a definition run, but cannot be trained through. */
function unknownOperators(graph: Graph): Diagnostic[] {
  return graph.nodes.flatMap((node): Diagnostic[] => {
    const own: Diagnostic[] = definitionOf(node.type, node.domain)
      ? []
      : [
          {
            code: 'operator.unknown',
            severity: 'warning',
            message: `${node.type} '${node.name}': training through ${node.domain ? `${node.domain}.` : ''}${node.type} is not supported`,
            place: { node: node.name },
          },
        ];
    return [...own, ...subgraphsOf(node).flatMap(({ graph: inner }) => unknownOperators(inner))];
  });
}

function untyped(graph: Graph): Diagnostic[] {
  return graph.inputs.flatMap((value): Diagnostic[] =>
    value.dtype && value.shape
      ? []
      : [
          {
            code: 'graph.untyped',
            severity: 'warning',
            message: `Graph input '${value.name}': its element type and rank must be known to infer what follows`,
            place: { port: value.name },
          },
        ],
  );
}
