// What features have registered: panels and commands by id.
import type { ActivityDefinition, CommandDefinition, Feature, PanelDefinition, StatusDefinition } from './feature.js';

export class FeatureRegistry {
  readonly panels = new Map<string, PanelDefinition>();
  readonly commands = new Map<string, CommandDefinition>();
  readonly activities: ActivityDefinition[] = [];
  readonly status: StatusDefinition[] = [];
  readonly features: Feature[] = [];

  /** @throws Error when an id is taken: two features would fight over it. */
  add(feature: Feature): void {
    this.features.push(feature);
    for (const panel of feature.panels ?? []) put(this.panels, panel);
    for (const command of feature.commands ?? []) put(this.commands, command);
    this.activities.push(...(feature.activities ?? []));
    this.activities.sort((one, other) => one.order - other.order);
    this.status.push(...(feature.status ?? []));
    this.status.sort((one, other) => one.order - other.order);
  }
}

function put<T extends { readonly id: string }>(map: Map<string, T>, item: T): void {
  if (map.has(item.id)) throw new Error(`Feature: the id '${item.id}' is taken`);
  map.set(item.id, item);
}

export const registry = new FeatureRegistry();
