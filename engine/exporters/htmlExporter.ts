// A web page that runs the model: one file, which needs no network and no server.
import type { ExportCheck } from '../../contract/jobs.js';
import { EngineError } from '../ir/diagnostic.js';
import { flag, optional, text } from '../layers/options.js';
import { checkModel } from './checkModel.js';
import { tolerances, type Precision } from './compareOutputs.js';
import { defineExporter, type ExportSubject, type ExportTools } from './defineExporter.js';
import { encodeTrained, precisionOption } from './onnxExporter.js';
import type { PageContent } from './pageContent.js';
import { pageExamples, pageFields } from './pageFields.js';
import { decodePage, encodePage, type PagePieces } from './pageSource.js';

export const htmlExporter = defineExporter({
  format: 'html',
  title: 'Web page',
  description: 'One file that runs the model in any browser, offline: open it, give it an input, see the answer.',
  details: [
    'onnxruntime-web, the model and the preparation of the data are inside; nothing is fetched and nothing leaves the page.',
    'The page is taken apart again, and its model is run on held-out examples before it is written.',
  ].join('\n'),
  compares: true,
  endings: ['.html'],
  options: {
    precision: precisionOption,
    title: optional(text({ label: 'Title', longest: 120, description: 'Left out: the name of the data.' })),
    examples: flag({
      label: 'Examples',
      fallback: true,
      description: 'Puts a few examples of the data into the page, to try it with; it also compares itself with them.',
    }),
  },
  async write(subject, { precision, title, examples }, tools) {
    await tools.tell({ step: 'writing' });
    const model = encodeTrained(subject, { precision, preprocessing: false });
    const content = await contentOf(subject, { precision, title, examples }, tools);
    const parts = await tools.pageParts();
    const pieces: PagePieces = { content, model: await tools.gzip(model), runtime: parts.runtime };
    const page = encodePage(pieces, parts);
    const unpacked = await unpack(page, pieces, tools);
    const compared = await checkModel(unpacked.model, subject, { raw: false, precision }, tools);
    return { files: [{ ending: '.html', bytes: page }], checks: [compared, unpacked.check] };
  },
});

interface PageOptions {
  readonly precision: Precision;
  readonly title: string | undefined;
  readonly examples: boolean;
}

async function contentOf(
  { run, data, weights, metrics }: ExportSubject,
  { precision, title, examples }: PageOptions,
  tools: ExportTools,
): Promise<PageContent> {
  const { dataSet, preprocessing } = data;
  const measured = Object.entries(metrics).flatMap(([name, value]) =>
    value !== null && name.startsWith('test_') ? [[name.slice('test_'.length), value] as const] : [],
  );
  return {
    version: 1,
    title: title === undefined || title.trim() === '' ? dataSet.name : title.trim(),
    model: data.spec?.name ?? data.imported!.name,
    data: dataSet.name,
    run,
    metrics: Object.fromEntries(measured),
    parameters: [...weights.values()].reduce((sum, tensor) => sum + tensor.data.length, 0),
    precision,
    preprocessing,
    fields: pageFields(dataSet, preprocessing),
    examples: examples ? pageExamples(dataSet, preprocessing, await tools.heldOut()) : [],
    tolerance: tolerances[precision],
  };
}

/** The model as the page has it, and whether every part is what was put in. */
async function unpack(
  page: Uint8Array,
  pieces: PagePieces,
  tools: ExportTools,
): Promise<{ readonly model: Uint8Array; readonly check: ExportCheck }> {
  const found = decodePage(page);
  const same = [
    JSON.stringify(found.content) === JSON.stringify(pieces.content),
    isSame(found.model, pieces.model),
    isSame(found.runtime, pieces.runtime),
  ];
  if (!same.every(Boolean)) throw new EngineError('export.differs', 'Page: its parts must be those that were put in');
  return { model: await tools.gunzip(found.model), check: { kind: 'unpacked', parts: same.length } };
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
