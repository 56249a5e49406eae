// A self-contained page as bytes: one HTML file with the runtime, the model and its description inside; and taken apart again.
import { EngineError } from '../ir/diagnostic.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import type { PageParts } from './defineExporter.js';
import type { PageContent } from './pageContent.js';
import { joinBytes } from './safetensorsFormat.js';

export interface PagePieces {
  readonly content: PageContent;
  /** The ONNX file, compressed by gzip. */
  readonly model: Uint8Array;
  /** onnxruntime's WebAssembly, compressed by gzip. */
  readonly runtime: Uint8Array;
}

const encoder = new TextEncoder();

/**
 * Nothing may be fetched (`default-src 'none'`), and only this script and this style run. Data blocks are no scripts
 * for the policy, whatever they hold.
 */
function policyOf({ scriptHash, styleHash }: PageParts): string {
  return [
    "default-src 'none'",
    `script-src '${scriptHash}' 'wasm-unsafe-eval'`,
    `style-src '${styleHash}'`,
    'img-src data: blob:',
    'media-src blob: mediastream:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

export function encodePage({ content, model, runtime }: PagePieces, parts: PageParts): Uint8Array<ArrayBuffer> {
  const head = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policyOf(parts)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="generator" content="Descent">',
    `<title>${escaped(content.title)}</title>`,
    `<style>${parts.style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This page runs a neural network, which needs JavaScript.</noscript>',
    `<script type="application/json" id="content">${jsonText(content)}</script>`,
    '<script type="application/gzip;base64" id="model">',
  ].join('\n');
  const between = '</script>\n<script type="application/gzip;base64" id="runtime">';
  const end = `</script>\n<script type="module">${parts.script}</script>\n</body>\n</html>\n`;
  return joinBytes([
    encoder.encode(head),
    encodeBase64(model),
    encoder.encode(between),
    encodeBase64(runtime),
    encoder.encode(end),
  ]);
}

/** Takes a page apart as a browser would. @throws EngineError `export.differs` where a part is missing */
export function decodePage(page: Uint8Array): PagePieces {
  return {
    content: JSON.parse(new TextDecoder('utf-8').decode(blockOf(page, 'content'))) as PageContent,
    model: decodeBase64(blockOf(page, 'model')),
    runtime: decodeBase64(blockOf(page, 'runtime')),
  };
}

function blockOf(page: Uint8Array, id: string): Uint8Array {
  const start = after(page, encoder.encode(`id="${id}">`), 0);
  const end = start < 0 ? -1 : after(page, encoder.encode('</script>'), start);
  if (end < 0) throw new EngineError('export.differs', `Page: its part '${id}' must be there`);
  return page.subarray(start, end - '</script>'.length);
}

/** The position behind the first occurrence, or −1. */
function after(page: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = page.indexOf(wanted[0]!, from); at >= 0; at = page.indexOf(wanted[0]!, at + 1))
    if (wanted.every((byte, index) => page[at + index] === byte)) return at + wanted.length;
  return -1;
}

/** `</script>` or `<!--` inside would end or hide the block. */
function jsonText(content: PageContent): string {
  return JSON.stringify(content).replaceAll('<', '\\u003c');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
