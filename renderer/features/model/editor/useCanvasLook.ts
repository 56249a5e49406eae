// Where the graph is looked at: first, whole, and at a node that is meant.
import type { ViewportTransform, VueFlowStore } from '@vue-flow/core';
import { nextTick, watch, type Ref } from 'vue';
import { boundsOf } from '../graph/layoutGraph.js';
import type { EditorView } from './editorView.js';

export interface CanvasLook {
  readonly fit: () => void;
  /** The first look: readable, from the beginning, whole where it is small. */
  readonly lookFirst: () => void;
  /** Brings a node into view where it is not. */
  readonly reveal: (id: string) => void;
  readonly focusNode: (id: string) => void;
}

const duration = 160;
/** Smaller than this, names cannot be read. */
const readable = 0.8;

export function useCanvasLook(flow: VueFlowStore, view: EditorView, root: Ref<HTMLElement | undefined>): CanvasLook {
  let first: ViewportTransform | undefined;

  function lookFirst(): void {
    const bounds = boundsOf(view.graph.value.nodes, view.places.value);
    const { width, height } = flow.dimensions.value;
    if (!bounds || width === 0) return;
    const whole = Math.min((width - 48) / bounds.width, (height - 48) / bounds.height);
    const isDown = view.session.document.value.layout.direction === 'down';
    const zoom = Math.min(1, Math.max(whole, readable));
    const centre = (from: number, size: number, room: number): number => (room - size * zoom) / 2 - from * zoom;
    first = {
      zoom,
      x: whole >= readable || isDown ? centre(bounds.x, bounds.width, width) : 32 - bounds.x * zoom,
      y: whole >= readable || !isDown ? centre(bounds.y, bounds.height, height) : 24 - bounds.y * zoom,
    };
    void flow.setViewport(first);
  }

  function reveal(id: string): void {
    const node = flow.findNode(id);
    if (!node) return;
    const { x, y, zoom } = flow.viewport.value;
    const { width, height } = flow.dimensions.value;
    const { computedPosition: at, dimensions: size } = node;
    const left = at.x * zoom + x;
    const top = at.y * zoom + y;
    if (left > 0 && top > 0 && left + size.width * zoom < width && top + size.height * zoom < height) return;
    void flow.setCenter(at.x + size.width / 2, at.y + size.height / 2, { zoom, duration });
  }

  // Panels that open beside it take room: until somebody looks elsewhere, the first look is taken again.
  watch([() => flow.dimensions.value.width, () => flow.dimensions.value.height], () => {
    const { x, y, zoom } = flow.viewport.value;
    if (first?.x === x && first.y === y && first.zoom === zoom) lookFirst();
  });

  watch(view.session.wish, (wish) => {
    if (wish) void nextTick(() => reveal(wish.node));
  });

  return {
    fit: () => void flow.fitView({ padding: 0.12, maxZoom: 1, minZoom: 0.1, duration }),
    lookFirst,
    reveal,
    focusNode: (id) => {
      reveal(id);
      void nextTick(() => {
        const element = root.value?.querySelector<HTMLElement>(`.vue-flow__node[data-id="${CSS.escape(id)}"]`);
        element?.focus({ preventScroll: true });
      });
    },
  };
}
