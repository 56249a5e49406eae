// One long text as Unicode code points, seen through windows.
import { readFile, stat } from 'node:fs/promises';
import type { Hash } from 'node:crypto';
import type { ReaderOf } from './description.js';
import { dataFault, hashFile } from './readBounded.js';
import type { Table } from './readDataSet.js';
import { openText } from './textFile.js';

const mostText = 256 * 2 ** 20;

/** In any of the encodings that are found by themselves. @throws EngineError `data.text`, `data.tooLarge`, `file.notFound` */
export async function readText(file: string, reader: ReaderOf<'text'>, hash: Hash): Promise<Table> {
  const source = await openText(file, reader.encoding);
  try {
    const { size } = await stat(source.path);
    if (size > mostText) throw dataFault('tooLarge', file, `must be at most ${mostText} bytes, got ${size}`);
    await hashFile(file, hash);
    const text = decode(await readFile(source.path), file);
    const points = new Int32Array(text.length);
    let count = 0;
    for (const character of text) points[count++] = character.codePointAt(0)!;
    const { length } = reader;
    if (count <= length)
      throw dataFault('text', file, `must be longer than one window of ${length} characters, got ${count}`);
    const stride = reader.stride ?? length;
    const remarks = source.encoding === 'utf-8' ? [] : [`The text was read as ${source.encoding}`];
    return { columns: [{ type: 'windows', name: 'text', points: points.slice(0, count), length, stride }], remarks };
  } finally {
    await source.close();
  }
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw dataFault('text', file, 'must be UTF-8 text');
  }
}
