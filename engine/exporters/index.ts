// Every format that a trained model can be written in. A new one adds one line.
import { EngineError } from '../ir/diagnostic.js';
import type { ExporterDefinition } from './defineExporter.js';
import { htmlExporter } from './htmlExporter.js';
import { onnxExporter } from './onnxExporter.js';
import { pytorchExporter } from './pytorchExporter.js';
import { safetensorsExporter } from './safetensorsExporter.js';

const exporters: readonly ExporterDefinition[] = [onnxExporter, htmlExporter, pytorchExporter, safetensorsExporter];

/** In the order in which they are offered. */
export function allExporters(): readonly ExporterDefinition[] {
  return exporters;
}

/** @throws EngineError `export.format` */
export function exporterOf(format: string): ExporterDefinition {
  const found = exporters.find((exporter) => exporter.format === format);
  if (found) return found;
  const known = exporters.map((exporter) => exporter.format).join(', ');
  throw new EngineError('export.format', `Export: the format must be one of ${known}, got '${format}'`);
}
