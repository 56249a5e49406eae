// `inspect`: what an ONNX file is made of, and what of it can be trained.
import { resolve } from 'node:path';
import { inspectFile, type ModelReport, type ReportedValue } from '../../services/inspection.js';
import { defineCommand, jsonOption } from '../command.js';
import { printJson, printLine, type Terminal } from '../context.js';
import { exitCodes } from '../exitCode.js';
import { formatTable } from '../format.js';

export const inspect = defineCommand({
  summary: 'tell what an ONNX file is made of',
  details:
    'Operations and memory are those of one run, sizes without a number counted as 1. A parameter that is not trainable says why.',
  positionals: [{ name: 'file.onnx', summary: 'a model; its external data must lie beside it' }],
  options: { ...jsonOption },
  examples: ['inspect resnet.onnx', 'inspect resnet.onnx --json'],
  run: ([file], { json }, { out }) => {
    const path = resolve(file!);
    const report = inspectFile(path);
    if (json) printJson(out, { file: path, ...report });
    else print(report, out);
    return Promise.resolve(exitCodes.ok);
  },
});

function print(report: ModelReport, out: Terminal): void {
  const facts = [
    ['graph', report.name],
    ['opset', `${report.opset} (IR ${report.irVersion})`],
    ['producer', report.producer],
    ['parameters', `${grouped(report.elements)}, ${grouped(report.trainableElements)} of them trainable`],
    ['operations', grouped(report.flops)],
    ['memory', `${bytes(report.parameterBytes)} of parameters, ${bytes(report.activationBytes)} of results`],
  ].filter(([, value]) => value !== '');
  const operators = report.operators.map(({ type, domain, count, inSubgraphs, supported }) => [
    domain === '' ? type : `${domain}.${type}`,
    String(count),
    [...(supported ? [] : ['not known: nothing before it can be trained']), ...subgraphNote(inSubgraphs)].join('; '),
  ]);
  const parameters = report.parameters.map(({ name, dtype, shape, elements, trainable, reason }) => [
    name,
    `${dtype} [${shape.join(', ')}]`,
    grouped(elements),
    trainable ? 'trainable' : (reason ?? 'fixed'),
  ]);
  for (const line of columns(facts)) printLine(out, line);
  section(out, 'Inputs', report.inputs.map(valueRow));
  section(out, 'Outputs', report.outputs.map(valueRow));
  section(out, 'Operators', operators);
  section(out, 'Parameters', parameters);
  section(out, 'Metadata', Object.entries(report.metadata));
  section(
    out,
    'Findings',
    report.diagnostics.map(({ message }) => [message]),
  );
}

function section(out: Terminal, title: string, rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return;
  printLine(out, `\n${title}`);
  for (const line of columns(rows)) printLine(out, line);
}

/** Rows under each other, without titles. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const none = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, () => '');
  return formatTable(none, rows).slice(1);
}

function valueRow({ name, dtype, shape }: ReportedValue): string[] {
  const dimensions = shape?.map((dimension) => String(dimension ?? '?')).join(', ');
  return [name, `${dtype ?? 'of unknown type'} ${dimensions === undefined ? 'of unknown shape' : `[${dimensions}]`}`];
}

function subgraphNote(count: number): string[] {
  return count === 0 ? [] : [`${count} in subgraphs`];
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

function bytes(count: number): string {
  const [unit, size] = count >= 2 ** 20 ? ['MiB', 2 ** 20] : count >= 2 ** 10 ? ['KiB', 2 ** 10] : ['bytes', 1];
  return `${Number((count / size).toPrecision(3))} ${unit}`;
}
