// Groups of layers: what the parts of their ids before `/` say. Grouping renames, so that a spec file says it, too.
import { freshId, groupOf } from './freshId.js';
import { renameNodes } from './editLayers.js';
import { idsOf, type ModelDocument } from './modelDocument.js';

export interface GroupNode {
  readonly path: string;
  /** Ids of all layers in it, those of groups inside too. */
  readonly members: readonly string[];
}

/** Every group of a model, outer ones first. */
export function groupsOf(ids: Iterable<string>): GroupNode[] {
  const members = new Map<string, string[]>();
  for (const id of ids)
    for (let path = groupOf(id); path !== ''; path = groupOf(path)) {
      const list = members.get(path);
      if (list) list.push(id);
      else members.set(path, [id]);
    }
  return [...members]
    .map(([path, list]) => ({ path, members: list }))
    .sort((one, other) => depth(one.path) - depth(other.path) || (one.path < other.path ? -1 : 1));
}

function depth(path: string): number {
  return path.split('/').length;
}

/** The outermost collapsed group that an id lies in; empty where it is drawn itself. */
export function collapsedGroup(id: string, collapsed: ReadonlySet<string>): string {
  let found = '';
  for (let path = groupOf(id); path !== ''; path = groupOf(path)) if (collapsed.has(path)) found = path;
  return found;
}

export function setCollapsed(document: ModelDocument, path: string, collapsed: boolean): ModelDocument {
  const others = document.layout.collapsed.filter((other) => other !== path);
  return { ...document, layout: { ...document.layout, collapsed: collapsed ? [...others, path] : others } };
}

/** Puts layers into a new group beside them. @returns the group's path */
export function groupNodes(
  document: ModelDocument,
  ids: readonly string[],
  name?: string,
): { readonly document: ModelDocument; readonly path: string } {
  const layers = document.spec.layers.map(({ id }) => id).filter((id) => ids.includes(id));
  const outer = commonGroup(layers);
  const taken = idsOf(document.spec);
  const paths = new Set([...taken, ...groupsOf(taken).map((group) => group.path)]);
  const base = outer === '' ? (name ?? 'group') : `${outer}/${name ?? 'group'}`;
  const path = name !== undefined && !paths.has(base) ? base : freshId(paths, base);
  const from = outer === '' ? 0 : outer.length + 1;
  const names = new Map(layers.map((id) => [id, `${path}/${id.slice(from)}`]));
  return { path, document: renameNodes(document, names) };
}

function commonGroup(ids: readonly string[]): string {
  let common = groupOf(ids[0] ?? '');
  while (common !== '' && !ids.every((id) => id.startsWith(`${common}/`))) common = groupOf(common);
  return common;
}

/** The layers of a group lie where the group lay; names that are taken there get numbers. */
export function ungroup(document: ModelDocument, path: string): ModelDocument {
  const outer = groupOf(path);
  const taken = idsOf(document.spec);
  const names = new Map<string, string>();
  for (const { id } of document.spec.layers) {
    if (!id.startsWith(`${path}/`)) continue;
    const inner = id.slice(path.length + 1);
    const wish = outer === '' ? inner : `${outer}/${inner}`;
    const next =
      taken.has(wish) || !/^[A-Za-z_]/.test(wish) ? freshId(taken, wish.replace(/^(?![A-Za-z_])/, '_')) : wish;
    taken.add(next);
    names.set(id, next);
  }
  return moveCollapsed(setCollapsed(renameNodes(document, names), path, false), path, outer);
}

/** Groups inside one that was renamed, or is gone, stay as they are drawn. */
function moveCollapsed(document: ModelDocument, from: string, to: string): ModelDocument {
  const collapsed = document.layout.collapsed.map((path) => {
    if (path === from) return to;
    if (!path.startsWith(`${from}/`)) return path;
    return to === '' ? path.slice(from.length + 1) : `${to}${path.slice(from.length)}`;
  });
  return { ...document, layout: { ...document.layout, collapsed } };
}

/** @returns nothing where the new name is taken by another group or layer */
export function renameGroup(document: ModelDocument, path: string, name: string): ModelDocument | undefined {
  const outer = groupOf(path);
  const next = outer === '' ? name : `${outer}/${name}`;
  const ids = idsOf(document.spec);
  const paths = new Set([...ids, ...groupsOf(ids).map((group) => group.path)]);
  if (next === path) return document;
  if (paths.has(next)) return undefined;
  const names = new Map(
    [...ids].filter((id) => id.startsWith(`${path}/`)).map((id) => [id, `${next}${id.slice(path.length)}`]),
  );
  return moveCollapsed(renameNodes(document, names), path, next);
}
