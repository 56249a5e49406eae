// Pulling connections: where they may end, and what happens when they end nowhere.
import type { Connection, OnConnectStartParams } from '@vue-flow/core';
import { layerOf } from '../../../../engine/layers/index.js';
import { acceptsAt } from '../describe/fits.js';
import { wouldCycle } from '../document/editConnections.js';
import type { Position } from '../document/modelDocument.js';
import { groupPrefix } from '../graph/shownGraph.js';
import type { EditorActions } from './editorActions.js';
import type { AskForLayer } from './editorKeys.js';
import type { EditorView } from './editorView.js';
import { connectionEnd, referenceOf } from './flowElements.js';

export interface Connecting {
  readonly isValid: (connection: Connection) => boolean;
  readonly onConnect: (connection: Connection) => void;
  readonly onStart: (start: OnConnectStartParams) => void;
  readonly onEnd: (event?: MouseEvent | TouchEvent) => void;
}

/** @param ask opens the list of layers; @param placeAt a place of the graph for one of the screen */
export function useConnecting(
  view: EditorView,
  actions: EditorActions,
  ask: AskForLayer,
  placeAt: (at: Position) => Position,
): Connecting {
  let pulled: OnConnectStartParams | undefined;
  let wasConnected = false;

  function isValid({ source, sourceHandle, target, targetHandle }: Connection): boolean {
    if (source.startsWith(groupPrefix) || source === target) return false;
    const end = connectionEnd(target, targetHandle, view);
    const reference = referenceOf(source, sourceHandle);
    if (!end) return false;
    if (end.kind === 'output') return view.input(source) === undefined;
    // Inputs are a list: the second cannot be given before the first.
    if (end.index > (view.layer(end.reader)?.inputs?.length ?? 0)) return false;
    if (wouldCycle(view.session.document.value, reference, end.reader)) return false;
    const definition = layerOf(view.layer(end.reader)?.type ?? '');
    const given = view.flow(reference);
    return !definition || !given || acceptsAt(definition, end.index, given);
  }

  /** A connection dropped on a node goes to it; where nothing is: which layer goes there? */
  function onEnd(event?: MouseEvent | TouchEvent): void {
    const start = pulled;
    pulled = undefined;
    if (wasConnected || !start?.nodeId || !(event instanceof MouseEvent)) return;
    if (!(event.target instanceof Element)) return;
    const node = event.target.closest('.vue-flow__node:not(.vue-flow__node-frame)')?.getAttribute('data-id');
    if (node) {
      const meant = connectionsTo(node, start, view).find(isValid);
      if (meant) onConnect(meant);
      return;
    }
    if (!event.target.closest('.vue-flow__pane')) return;
    const at = { x: event.clientX, y: event.clientY };
    const place = placeAt(at);
    if (start.handleType === 'source') {
      ask({ kind: 'branch', source: referenceOf(start.nodeId, start.handleId), place }, at);
      return;
    }
    const end = connectionEnd(start.nodeId, start.handleId, view);
    if (end?.kind === 'layer') ask({ kind: 'free', place, feeds: end }, at);
  }

  function onConnect({ source, sourceHandle, target, targetHandle }: Connection): void {
    wasConnected = true;
    const end = connectionEnd(target, targetHandle, view);
    const reference = referenceOf(source, sourceHandle);
    if (end?.kind === 'output') actions.setOutput(end.index, reference);
    else if (end) actions.connect(reference, end.reader, end.index);
  }

  return {
    // Vue Flow asks of connections that are there, too, and would not draw them: those into groups, those with faults.
    isValid: (connection) => 'id' in connection || isValid(connection),
    onConnect,
    onEnd,
    onStart: (start) => {
      pulled = start;
      wasConnected = false;
    },
  };
}

/** To every input of a node, those that are still open first: who drops a connection on the middle of a node means one of them. */
function connectionsTo(
  node: string,
  { nodeId, handleId, handleType }: OnConnectStartParams,
  view: EditorView,
): Connection[] {
  if (handleType !== 'source' || nodeId === undefined) return [];
  const layer = view.layer(node);
  const ports = layer ? (layerOf(layer.type)?.inputs ?? []) : [{ variadic: false }];
  const isTaken = (index: number): boolean => !ports[index]?.variadic && layer?.inputs?.[index] !== undefined;
  return [...ports.keys()]
    .sort((one, other) => Number(isTaken(one)) - Number(isTaken(other)))
    .map((index) => ({ source: nodeId, sourceHandle: handleId ?? null, target: node, targetHandle: `in:${index}` }));
}
