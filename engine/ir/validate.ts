// Everything that is wrong with the structure of a graph, located; operators are checked by ops/validateGraph.
import type { Diagnostic, Place } from './diagnostic.js';
import type { Graph, Node, Value } from './graph.js';
import { sizeOf } from './shape.js';
import { subgraphsOf } from './subgraphs.js';

/**
 * All faults: values read before they are made (which includes cycles), made twice or by nothing, names given twice or
 * empty, constants whose data do not fill their shape, and (as warnings) nodes that nothing depends on.
 */
export function validate(graph: Graph): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  new GraphCheck(diagnostics, graph, new Set(), new Map()).run();
  return diagnostics;
}

class GraphCheck {
  private readonly known: Set<Value>;
  private readonly names: Map<string, Value>;
  private readonly nodeNames = new Set<string>();

  constructor(
    private readonly diagnostics: Diagnostic[],
    private readonly graph: Graph,
    outer: ReadonlySet<Value>,
    outerNames: ReadonlyMap<string, Value>,
  ) {
    this.known = new Set(outer);
    this.names = new Map(outerNames);
  }

  run(): void {
    const { graph } = this;
    for (const input of graph.inputs) {
      this.name(input);
      this.make(input, `Graph input '${input.name}'`, { port: input.name });
    }
    for (const constant of graph.constants()) this.checkConstant(constant);
    graph.nodes.forEach((node) => this.checkNode(node));
    for (const output of graph.outputs)
      if (!output.constant && !this.known.has(output))
        this.report('graph.missingValue', `Graph '${graph.name}': nothing makes its output '${output.name}'`, {
          port: output.name,
        });
    this.warnUnused();
  }

  private report(code: string, message: string, place: Place, severity: Diagnostic['severity'] = 'error'): void {
    this.diagnostics.push({ code, severity, message, place });
  }

  private name(value: Value): void {
    const place = { port: value.name };
    if (value.name === '') this.report('graph.name', 'Value: must have a name, got an empty one', place);
    const other = this.names.get(value.name);
    if (other && other !== value)
      this.report(
        'graph.duplicateName',
        `Value '${value.name}': its name must be given once, got two values of it`,
        place,
      );
    this.names.set(value.name, value);
  }

  private make(value: Value, subject: string, place: Place): void {
    if (this.known.has(value)) this.report('graph.madeTwice', `${subject}: '${value.name}' must be made once`, place);
    this.known.add(value);
  }

  private checkConstant(value: Value): void {
    this.name(value);
    const { shape, data, dtype } = value.constant!;
    const place = { port: value.name };
    if (data.length !== sizeOf(shape))
      this.report(
        'graph.constant',
        `Constant '${value.name}': shape [${shape.join(', ')}] takes ${sizeOf(shape)} elements, got ${data.length}`,
        place,
      );
    if (value.dtype !== undefined && value.dtype !== dtype)
      this.report('graph.type', `Constant '${value.name}': is of type ${value.dtype}, its data of ${dtype}`, place);
  }

  private checkNode(node: Node): void {
    const place = { node: node.name };
    const subject = `${node.type} '${node.name}'`;
    if (node.name === '') this.report('graph.name', `${node.type}: a node must have a name`, place);
    if (this.nodeNames.has(node.name))
      this.report('graph.duplicateName', `${subject}: its name must be given once, got two nodes of it`, place);
    this.nodeNames.add(node.name);
    for (const input of node.inputs)
      if (input && !input.constant && !this.known.has(input))
        this.report(
          'graph.order',
          `${subject}: input '${input.name}' must be made by a graph input or an earlier node`,
          { ...place, port: input.name },
        );
    for (const { graph: inner } of subgraphsOf(node))
      new GraphCheck(this.diagnostics, inner, this.known, this.names).run();
    for (const output of node.outputs) {
      this.name(output);
      this.make(output, subject, { ...place, port: output.name });
      if (output.producer !== node)
        this.report('graph.producer', `${subject}: output '${output.name}' must know this node as its producer`, place);
    }
  }

  private warnUnused(): void {
    const live = new Set<Value>(this.graph.outputs);
    for (const node of this.graph.nodes)
      for (const { graph } of subgraphsOf(node)) for (const value of valuesRead(graph)) live.add(value);
    for (const node of [...this.graph.nodes].reverse()) {
      if (node.outputs.some((output) => live.has(output))) node.inputs.forEach((input) => input && live.add(input));
      else
        this.report(
          'graph.unused',
          `${node.type} '${node.name}': no output of the graph depends on it`,
          { node: node.name },
          'warning',
        );
    }
  }
}

function* valuesRead(graph: Graph): Generator<Value> {
  yield* graph.outputs;
  for (const node of graph.nodes) {
    for (const input of node.inputs) if (input) yield input;
    for (const { graph: inner } of subgraphsOf(node)) yield* valuesRead(inner);
  }
}
