// A graph in ONNX's text syntax (onnx/docs/Syntax.md), with names of nodes in brackets where they are not the default.
import type { Attribute, Graph, Node, Value } from './graph.js';
import { isFloat } from './dtype.js';
import type { Shape } from './shape.js';
import { element, type Tensor } from './tensor.js';
import { DefaultNames, plainName, plainOperator, typeWords } from './textNames.js';

/** Everything but doc strings and metadata; `parseGraph` reads it back. */
export function printGraph(graph: Graph): string {
  return `${new Printer(new DefaultNames()).graph(graph, new Set(), '')}\n`;
}

class Printer {
  constructor(private readonly nodeNames: DefaultNames) {}

  graph(graph: Graph, outer: ReadonlySet<Value>, indent: string): string {
    const inner = `${indent}  `;
    const constants = graph.constants().filter((value) => !outer.has(value));
    const known = new Set([...outer, ...constants]);
    const outputs = new Set(graph.outputs);
    const typed = graph.nodes.flatMap((node) => node.outputs).filter((value) => value.dtype && !outputs.has(value));
    const declared = [
      ...constants.map((value) => `${declaration(value)} = ${elementList(value.constant!)}`),
      ...typed.map(declaration),
    ];
    const list = (values: readonly Value[]): string => values.map(declaration).join(', ');
    const head = `${name(graph.name)} (${list(graph.inputs)}) => (${list(graph.outputs)})`;
    const middle = declared.length ? `\n${indent}<\n${inner}${declared.join(`,\n${inner}`)}\n${indent}>` : '';
    const nodes = graph.nodes.map((node) => `\n${inner}${this.node(node, known, inner)}`);
    return `${head}${middle} {${nodes.join('')}\n${indent}}`;
  }

  private node(node: Node, known: ReadonlySet<Value>, indent: string): string {
    const label = node.name === this.nodeNames.peek(node.type) ? '' : `[${name(node.name)}] `;
    this.nodeNames.take(node.name);
    const operator = node.domain ? `${node.domain}.${node.type}` : node.type;
    const attributes = Object.entries(node.attributes).map(
      ([key, attribute]) => `${name(key)}: ${attribute.kind} = ${this.attribute(attribute, known, indent)}`,
    );
    const outputs = node.outputs.map((value) => name(value.name)).join(', ');
    const inputs = node.inputs.map((value) => (value ? name(value.name) : '""')).join(', ');
    const settings = attributes.length ? ` <${attributes.join(', ')}>` : '';
    return `${label}${outputs} = ${plainOperator.test(operator) ? operator : quoted(operator)}${settings} (${inputs})`;
  }

  private attribute(attribute: Attribute, known: ReadonlySet<Value>, indent: string): string {
    switch (attribute.kind) {
      case 'int':
        return String(BigInt(attribute.value));
      case 'float':
        return number(attribute.value);
      case 'string':
        return quoted(attribute.value);
      case 'ints':
        return `[${attribute.value.map((value) => String(BigInt(value))).join(', ')}]`;
      case 'floats':
        return `[${attribute.value.map(number).join(', ')}]`;
      case 'strings':
        return `[${attribute.value.map(quoted).join(', ')}]`;
      case 'tensor':
        return `${typeText(attribute.value.dtype, attribute.value.shape)} ${elementList(attribute.value)}`;
      case 'graph':
        return this.graph(attribute.value, known, indent);
      case 'graphs':
        return `[${attribute.value.map((graph) => this.graph(graph, known, indent)).join(', ')}]`;
    }
  }
}

function declaration(value: Value): string {
  return value.dtype ? `${typeText(value.dtype, value.shape)} ${name(value.name)}` : name(value.name);
}

/** `float[2, N, ?]`; a scalar is `float`, an unknown rank `float[]`. */
function typeText(dtype: Tensor['dtype'], shape: Shape | undefined): string {
  const word = typeWords[dtype];
  if (!shape) return `${word}[]`;
  if (shape.length === 0) return word;
  const dims = shape.map((dim) => (dim === null ? '?' : typeof dim === 'number' ? String(dim) : name(dim)));
  return `${word}[${dims.join(', ')}]`;
}

function elementList(tensor: Tensor): string {
  const texts = Array.from(tensor.data as ArrayLike<number | bigint>, (raw, index) =>
    isFloat(tensor.dtype) ? number(element(tensor, index)) : String(raw),
  );
  return `{${texts.join(', ')}}`;
}

/** Shortest text that reads back as the same number. */
function number(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function name(text: string): string {
  return plainName.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
