// Moving nodes: with the frame of a group its members move; where they are dropped is one edit.
import type { GraphNode, NodeDragEvent, VueFlowStore } from '@vue-flow/core';
import type { Position } from '../document/modelDocument.js';
import { groupPrefix } from '../graph/shownGraph.js';
import type { EditorActions } from './editorActions.js';
import type { EditorView } from './editorView.js';

export interface Dragging {
  readonly onStart: (event: NodeDragEvent) => void;
  readonly onDrag: (event: NodeDragEvent) => void;
  readonly onStop: (event: NodeDragEvent) => void;
}

export function useDragging(flow: VueFlowStore, view: EditorView, actions: EditorActions): Dragging {
  let starts: ReadonlyMap<string, Position> = new Map();

  function membersOf(node: GraphNode): GraphNode[] {
    const frame = view.graph.value.frames.find(({ path }) => `${groupPrefix}${path}` === node.id);
    return frame ? frame.members.flatMap((id) => flow.findNode(id) ?? []) : [];
  }

  function follow(frame: GraphNode, dragged: readonly GraphNode[]): void {
    const from = starts.get(frame.id);
    if (!from) return;
    for (const member of membersOf(frame)) {
      const start = starts.get(member.id);
      if (!start || dragged.some(({ id }) => id === member.id)) continue;
      member.position = { x: start.x + frame.position.x - from.x, y: start.y + frame.position.y - from.y };
    }
  }

  return {
    onStart: ({ nodes }) => {
      const all = [...nodes.flatMap(membersOf), ...nodes];
      starts = new Map(all.map(({ id, position }) => [id, { x: position.x, y: position.y }]));
    },
    onDrag: ({ nodes }) => {
      for (const node of nodes) follow(node, nodes);
    },
    onStop: ({ nodes }) => {
      const all = [...nodes, ...nodes.flatMap(membersOf)].filter(({ type }) => type !== 'frame');
      const moved = all.filter(({ id, position }) => {
        const start = starts.get(id);
        return start && (start.x !== position.x || start.y !== position.y);
      });
      actions.move(
        new Map(moved.map(({ id, position }) => [id, { x: Math.round(position.x), y: Math.round(position.y) }])),
      );
    },
  };
}
