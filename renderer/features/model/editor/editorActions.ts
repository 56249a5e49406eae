// What the editor does when asked by mouse, key, menu or palette: edits of the document, each one step of undo.
import type { LayerSpec } from '../../../../engine/layers/modelSpec.js';
import { layerOf } from '../../../../engine/layers/index.js';
import { modelTexts } from '../../../texts/model.js';
import { startingOptions } from '../describe/fits.js';
import { duplicate, paste, type Clip, type Pasted } from '../document/clipboard.js';
import { addInput, connect, disconnect, removeOutput, setOutput } from '../document/editConnections.js';
import { addLayer, removeNodes, renameNodes, setFrozen, type Insertion } from '../document/editLayers.js';
import { groupNodes, groupsOf, renameGroup, setCollapsed, ungroup } from '../document/groups.js';
import { idsOf, type Direction, type ModelDocument, type Position } from '../document/modelDocument.js';
import { align, distribute, type Alignment } from '../graph/walk.js';
import { groupPrefix, outputPrefix, type ShownEdge } from '../graph/shownGraph.js';
import type { EditorView } from './editorView.js';

const { edits } = modelTexts;

/** Where a new layer goes that was asked for at some place. */
export type InsertionWish = Insertion & {
  /** Reads into this input instead of being read by chance: a connection that was pulled backwards. */
  readonly feeds?: { readonly reader: string; readonly index: number };
  readonly place?: Position;
};

export class EditorActions {
  constructor(private readonly view: EditorView) {}

  private get session() {
    return this.view.session;
  }

  private get document(): ModelDocument {
    return this.session.document.value;
  }

  /** Ids of the layers and inputs that are chosen; a group stands for its layers. */
  chosen(): string[] {
    const ids = [...idsOf(this.document.spec)];
    return [...this.session.selection.value].flatMap((id) => {
      if (!id.startsWith(groupPrefix)) return ids.includes(id) ? [id] : [];
      const path = id.slice(groupPrefix.length);
      return ids.filter((other) => other.startsWith(`${path}/`));
    });
  }

  chosenLayers(): LayerSpec[] {
    const ids = new Set(this.chosen());
    return this.document.spec.layers.filter(({ id }) => ids.has(id));
  }

  private chosenEdges(): ShownEdge[] {
    return this.view.graph.value.edges.filter(({ id }) => this.session.selection.value.has(`edge:${id}`));
  }

  /** After the last chosen layer or on the chosen connection, else after what the model ends with. */
  insertionPoint(): InsertionWish {
    const [edge] = this.chosenEdges();
    if (edge) return { kind: 'edge', source: edge.source, reader: edge.reader, index: edge.index };
    const { spec } = this.document;
    const source = this.chosen().at(-1) ?? spec.outputs.at(-1) ?? spec.layers.at(-1)?.id ?? spec.inputs[0]?.id;
    return source === undefined ? { kind: 'free' } : { kind: 'after', source };
  }

  insert(type: string, wish: InsertionWish = this.insertionPoint()): void {
    const definition = layerOf(type);
    if (!definition) return;
    const flow = wish.kind === 'free' ? undefined : this.view.flow(wish.source);
    const options = startingOptions(definition, flow);
    const arranged = this.view.isArranged.value;
    let id = '';
    this.session.apply(edits.addLayer(definition.title), (document) => {
      const place = arranged ? wish.place : undefined;
      const added = addLayer(document, { type, options, ...(place && { place }) }, wish);
      id = added.id;
      const { feeds } = wish;
      const fed = feeds ? connect(added.document, id, feeds.reader, feeds.index) : added.document;
      return arranged && !place && wish.kind !== 'free' ? this.makeRoom(fed, id, wish.source) : fed;
    });
    this.session.goTo(id);
  }

  /** Where places are kept: the new layer takes the place behind its source, and what lies beyond moves on. */
  private makeRoom(document: ModelDocument, id: string, source: string): ModelDocument {
    const { places, graph } = this.view;
    const anchor = places.value.get(source);
    const size = graph.value.nodes.find((node) => node.id === source);
    if (!anchor || !size) return document;
    const down = document.layout.direction === 'down';
    const step = down ? { x: 0, y: size.height + 46 } : { x: size.width + 92, y: 0 };
    const isBeyond = ({ x, y }: Position): boolean => (down ? y > anchor.y : x > anchor.x);
    const moved = [...places.value].map(
      ([other, place]) => [other, isBeyond(place) ? { x: place.x + step.x, y: place.y + step.y } : place] as const,
    );
    const all = { ...Object.fromEntries(moved), [id]: { x: anchor.x + step.x, y: anchor.y + step.y } };
    return { ...document, layout: { ...document.layout, places: all } };
  }

  removeChosen(): void {
    const ids = this.chosen();
    const edges = this.chosenEdges();
    const outputs = [...this.session.selection.value]
      .filter((id) => id.startsWith(outputPrefix))
      .map((id) => Number(id.slice(outputPrefix.length)));
    if (ids.length + edges.length + outputs.length === 0) return;
    const next = this.successor(ids);
    const title =
      ids.length > 0 ? edits.remove(ids.length) : outputs.length > 0 ? edits.removeOutput : edits.disconnect;
    this.session.apply(title, (document) => {
      // From behind, so that the numbers of those before stay right.
      const cut = [...edges]
        .sort((one, other) => other.index - one.index)
        .reduce(
          (before, { reader, index }) => (reader === undefined ? before : disconnect(before, reader, index)),
          document,
        );
      const ended = [...outputs].sort((one, other) => other - one).reduce(removeOutput, cut);
      return removeNodes(ended, new Set(ids));
    });
    this.session.select(next === undefined ? [] : [next]);
  }

  /** What is chosen when these are gone: what the first of them read. */
  private successor(ids: readonly string[]): string | undefined {
    const gone = new Set(ids);
    let source = this.document.spec.layers.find(({ id }) => id === ids[0])?.inputs?.[0];
    while (source !== undefined && gone.has(source))
      source = this.document.spec.layers.find(({ id }) => id === source)?.inputs?.[0];
    return source;
  }

  connect(source: string, reader: string, index: number): void {
    this.session.apply(edits.connect, (document) => connect(document, source, reader, index));
  }

  disconnect(reader: string, index: number): void {
    this.session.apply(edits.disconnect, (document) => disconnect(document, reader, index));
  }

  setOutput(index: number, source: string): void {
    this.session.apply(edits.output, (document) => setOutput(document, index, source));
  }

  addOutput(source: string): void {
    this.session.apply(edits.addOutput, (document) => setOutput(document, document.spec.outputs.length, source));
  }

  addInput(): void {
    let id = '';
    this.session.apply(edits.addInput, (document) => {
      const added = addInput(document);
      id = added.id;
      return added.document;
    });
    this.session.goTo(id);
  }

  rename(id: string, name: string): void {
    if (id === name) return;
    this.session.apply(edits.rename, (document) => renameNodes(document, new Map([[id, name]])));
    this.session.select([name]);
  }

  /** @returns whether the name was free */
  renameGroup(path: string, name: string): boolean {
    const renamed = renameGroup(this.document, path, name);
    if (!renamed) return false;
    this.session.apply(edits.renameGroup, () => renamed);
    const outer = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    this.session.select([`${groupPrefix}${outer}${name}`]);
    return true;
  }

  duplicate(): void {
    const ids = new Set(this.chosenLayers().map(({ id }) => id));
    if (ids.size > 0) this.addPasted(edits.duplicate, (document) => duplicate(document, ids));
  }

  paste(clip: Clip): void {
    this.addPasted(edits.paste, (document) => paste(document, clip, { x: 32, y: 32 }));
  }

  private addPasted(title: string, change: (document: ModelDocument) => Pasted): void {
    let ids: readonly string[] = [];
    this.session.apply(title, (document) => {
      const pasted = change(document);
      ids = pasted.ids;
      return pasted.document;
    });
    if (ids[0] !== undefined) this.session.goTo(ids[0]);
    this.session.select(ids);
  }

  /** Freezes all that are chosen, or none where all were. */
  toggleFrozen(): void {
    const layers = this.chosenLayers();
    const frozen = layers.some((layer) => !layer.frozen);
    const ids = new Set(layers.map(({ id }) => id));
    if (ids.size > 0)
      this.session.apply(frozen ? edits.freeze : edits.unfreeze, (document) => setFrozen(document, ids, frozen));
  }

  group(): void {
    const ids = this.chosenLayers().map(({ id }) => id);
    if (ids.length === 0) return;
    let path = '';
    this.session.apply(edits.group, (document) => {
      const grouped = groupNodes(document, ids);
      path = grouped.path;
      return grouped.document;
    });
    this.session.select([`${groupPrefix}${path}`]);
  }

  ungroup(path: string): void {
    this.session.apply(edits.ungroup, (document) => ungroup(document, path));
    this.session.select([]);
  }

  setCollapsed(path: string, collapsed: boolean): void {
    this.session.apply(collapsed ? edits.collapse : edits.expand, (document) =>
      setCollapsed(document, path, collapsed),
    );
    this.session.select([`${groupPrefix}${path}`]);
  }

  /** Paths of groups that are chosen. */
  chosenGroups(): string[] {
    const chosen = [...this.session.selection.value].filter((id) => id.startsWith(groupPrefix));
    const known = new Set(groupsOf(idsOf(this.document.spec)).map(({ path }) => path));
    return chosen.map((id) => id.slice(groupPrefix.length)).filter((path) => known.has(path));
  }

  /** Keeps the places of all nodes: from now on they lie where they are put. */
  move(moved: ReadonlyMap<string, Position>, title: string = edits.move): void {
    if (moved.size === 0) return;
    const places = Object.fromEntries([...this.view.places.value, ...moved]);
    this.session.apply(title, (document) => ({ ...document, layout: { ...document.layout, places } }));
  }

  align(how: Alignment): void {
    this.move(align(this.chosenNodes(), this.view.places.value, how), edits.align);
  }

  distribute(axis: 'x' | 'y'): void {
    this.move(distribute(this.chosenNodes(), this.view.places.value, axis), edits.align);
  }

  private chosenNodes() {
    return this.view.graph.value.nodes.filter(({ id }) => this.session.selection.value.has(id));
  }

  /** Gives up places that were chosen by hand. */
  tidy(): void {
    this.session.apply(edits.tidy, (document) => ({ ...document, layout: { ...document.layout, places: {} } }));
  }

  setDirection(direction: Direction): void {
    this.session.apply(edits.direction, (document) => ({
      ...document,
      layout: { ...document.layout, direction, places: {} },
    }));
  }

  selectAll(): void {
    this.session.select(this.view.graph.value.nodes.map(({ id }) => id));
  }
}
