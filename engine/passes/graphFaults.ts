// The conditions that hold before and after every pass.
import type { Graph, Value } from '../ir/graph.js';

/**
 * What is wrong with a graph's structure, in sentences: values read before they are made, made twice or
 * not registered with their producer, names given twice, outputs that nothing makes.
 */
export function graphFaults(graph: Graph): string[] {
  const faults: string[] = [];
  const known = new Set<Value>(graph.inputs);
  const names = new Map<string, Value>();
  const note = (value: Value): void => {
    const other = names.get(value.name);
    if (other && other !== value) faults.push(`'${value.name}': two values have this name`);
    names.set(value.name, value);
  };
  [...graph.inputs, ...graph.constants()].forEach(note);
  for (const node of graph.nodes) {
    for (const input of node.inputs)
      if (input && !input.constant && !known.has(input))
        faults.push(`'${node.name}': reads '${input.name}' before it is made`);
    for (const output of node.outputs) {
      if (known.has(output)) faults.push(`'${output.name}': is made twice`);
      if (output.producer !== node) faults.push(`'${output.name}': does not know its producer '${node.name}'`);
      known.add(output);
      note(output);
    }
  }
  for (const output of graph.outputs)
    if (!output.constant && !known.has(output)) faults.push(`output '${output.name}': nothing makes it`);
  return faults;
}
