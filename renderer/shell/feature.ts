// What a feature adds to the workbench: panels, commands, activities. Each has a `feature.ts` that is listed in features/index.ts.
import type { Component } from 'vue';

/** What a panel is opened with; JSON, so that the layout can be kept. Large things go through stores. */
export type PanelParameters = Readonly<Record<string, unknown>>;

/** Where a panel is put when it is opened for the first time. */
export type PanelPlace = 'side' | 'centre' | 'inspector' | 'bottom';

export interface PanelDefinition {
  /** `data.dataset` */
  readonly id: string;
  readonly icon: Component;
  readonly place: PanelPlace;
  /** The tab's first title; the panel may change it with `usePanel().setTitle`. */
  title(parameters: PanelParameters): string;
  /** Loaded when it is first shown. Its props are the panel's parameters. */
  component(): Promise<{ readonly default: Component }>;
  /** Shown when the centre would be empty. */
  readonly isHome?: boolean;
  /** Tells panels of this kind apart: one is open for each key. Left out: there is only one. */
  key?(parameters: PanelParameters): string;
}

export interface CommandDefinition {
  /** `data.import` */
  readonly id: string;
  readonly title: string;
  /** Groups commands in the palette and names the menu they stand in: `File`, `Data`, `Model`, `Train`, `Runs`, `View`, `Help`. */
  readonly category: string;
  /** As `Ctrl+Shift+P`; `Ctrl` is Command on a Mac. Works wherever no text is being edited, unless it has Ctrl. */
  readonly shortcut?: string;
  readonly icon?: Component;
  /** Not in the palette or a menu: it needs an argument. */
  readonly hidden?: boolean;
  isEnabled?(): boolean;
  run(argument?: unknown): void | Promise<void>;
}

/** An icon of the activity bar, which shows or hides a panel of the side. */
export interface ActivityDefinition {
  readonly panel: string;
  readonly title: string;
  readonly icon: Component;
  readonly order: number;
}

/** Something small at the foot of the window. */
export interface StatusDefinition {
  readonly id: string;
  readonly side: 'left' | 'right';
  readonly order: number;
  readonly component: Component;
}

/** Something with a name that the palette finds: a data set, a model, a run. */
export interface FoundItem {
  readonly title: string;
  readonly detail: string;
  readonly icon: Component;
  open(): void;
}

/** Keys that one view understands while it has the focus, for the list of shortcuts. */
export interface KeyGroup {
  readonly title: string;
  /** As `Ctrl+D`, and what it does. */
  readonly keys: readonly (readonly [keys: string, title: string])[];
}

export interface Feature {
  readonly name: string;
  readonly panels?: readonly PanelDefinition[];
  readonly commands?: readonly CommandDefinition[];
  readonly activities?: readonly ActivityDefinition[];
  readonly status?: readonly StatusDefinition[];
  readonly keys?: readonly KeyGroup[];
  /** At most a dozen things whose names fit; asked again when what it read from the window's lists changes. */
  readonly find?: (text: string) => readonly FoundItem[];
  /**
   * Takes files that were dropped anywhere on the window; false: they are for another feature. A browser forgets the files when
   * this returns: ask for their entries at once.
   */
  drop?(transfer: DataTransfer): boolean;
  /** Called once when the window is there and connected: listen to events, restore drafts. */
  start?(): void | Promise<void>;
}
