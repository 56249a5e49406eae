// What stands about a kept model in a list: counted from its specification, once for each time it was saved.
import type { ModelSummary } from '../../../contract/services/models.js';
import { describeModel } from '../../../engine/layers/describeModel.js';
import { parseModelSpec } from '../../../engine/layers/modelSpec.js';
import type { ModelRecord } from '../../store/modelStore.js';

type Counts = Pick<ModelSummary, 'layers' | 'parameters' | 'faults'>;

export class SpecCosts {
  private readonly known = new Map<string, { readonly spec: string; readonly counts: Counts }>();

  summary({ id, name, created, modified = created, spec }: ModelRecord): ModelSummary {
    return { id, name, created, modified, ...this.countsOf(id, spec) };
  }

  /** By the text of the specification: another process may have changed it. */
  private countsOf(id: string, json: unknown): Counts {
    const spec = JSON.stringify(json);
    const known = this.known.get(id);
    if (known?.spec === spec) return known.counts;
    const counts = count(json);
    this.known.set(id, { spec, counts });
    return counts;
  }
}

function count(json: unknown): Counts {
  const { spec, diagnostics } = parseModelSpec(json);
  if (!spec) return { layers: 0, parameters: 0, faults: diagnostics.length };
  const described = describeModel(spec);
  const { trainable, fixed } = described.total;
  return { layers: spec.layers.length, parameters: trainable + fixed, faults: described.diagnostics.length };
}
