// The models that come with the examples: `resources/models/<data set>.json`, a model with its settings.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelSpec, type ModelSpec } from '../../engine/layers/modelSpec.js';
import { resourceFolder } from './resourceFolder.js';

/** A model, or a model with settings: `{"model": …, "training": …}`. */
export type ModelDocument = Readonly<Record<string, unknown>>;

/** The document of an example that comes with the app; `undefined` where it has none. */
export async function exampleDocument(example: string): Promise<ModelDocument | undefined> {
  const folder = resourceFolder('models');
  const file = folder && join(folder, `${example}.json`);
  if (!file || !existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')) as ModelDocument;
}

/** @throws EngineError `spec.invalid` */
export function modelOf(document: ModelDocument | undefined): ModelSpec | undefined {
  if (!document) return undefined;
  return readModelSpec('model' in document ? document.model : document);
}

export function settingsIn(document: ModelDocument | undefined): object | undefined {
  const settings = document && 'model' in document ? document.training : undefined;
  return typeof settings === 'object' && settings !== null ? settings : undefined;
}
