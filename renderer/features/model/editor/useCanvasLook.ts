// Where the graph is looked at: first, whole, and at a node that is meant.
import type { Dimensions, ViewportTransform, VueFlowStore } from '@vue-flow/core';
import { computed, nextTick, watch, type ComputedRef, type Ref } from 'vue';
import { collapsedGroup } from '../document/groups.js';
import type { Direction } from '../document/modelDocument.js';
import { boundsOf, type Rectangle } from '../graph/layoutGraph.js';
import { groupPrefix } from '../graph/shownGraph.js';
import type { EditorView } from './editorView.js';

export interface CanvasLook {
  /** Whether some of the graph lies out of sight: a map is of use. */
  readonly isPartial: ComputedRef<boolean>;
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
/** Between a node that is shown and the edge of the view. */
const margin = 24;

/** By how much something must be moved to lie within the room. */
function shift(from: number, size: number, room: number): number {
  return Math.max(margin - from, 0) || Math.min(room - margin - (from + size), 0);
}

/** Readable, from the beginning along the layout, in the middle across it; whole where it is small. */
function firstLook(all: Rectangle, room: Dimensions, direction: Direction): ViewportTransform {
  const whole = Math.min((room.width - 48) / all.width, (room.height - 48) / all.height);
  const zoom = Math.min(1, Math.max(whole, readable));
  const centre = (from: number, size: number, available: number): number => (available - size * zoom) / 2 - from * zoom;
  const isWhole = whole >= readable;
  return {
    zoom,
    x: isWhole || direction === 'down' ? centre(all.x, all.width, room.width) : 32 - all.x * zoom,
    y: isWhole || direction === 'right' ? centre(all.y, all.height, room.height) : 24 - all.y * zoom,
  };
}

export function useCanvasLook(flow: VueFlowStore, view: EditorView, root: Ref<HTMLElement | undefined>): CanvasLook {
  let first: ViewportTransform | undefined;
  /** Asked for while the panel was hidden, as after a start: there is no room to look into. */
  let isDue = false;
  const bounds = computed(() => boundsOf(view.graph.value.nodes, view.places.value));
  const isPartial = computed(() => {
    const { x, y, zoom } = flow.viewport.value;
    const { width, height } = flow.dimensions.value;
    if (!bounds.value) return false;
    const [left, top] = [bounds.value.x * zoom + x, bounds.value.y * zoom + y];
    return left < 0 || top < 0 || left + bounds.value.width * zoom > width || top + bounds.value.height * zoom > height;
  });

  function lookFirst(): void {
    const { width, height } = flow.dimensions.value;
    const { value: all } = bounds;
    isDue = !all || width === 0;
    if (!all || width === 0) return;
    first = firstLook(all, { width, height }, view.session.document.value.layout.direction);
    void flow.setViewport(first);
  }

  /** Moves the view as little as it takes. */
  function reveal(id: string): void {
    // What lies in a collapsed group is found there.
    const group = `${groupPrefix}${collapsedGroup(id, new Set(view.session.document.value.layout.collapsed))}`;
    const box = boundsOf(
      view.graph.value.nodes.filter((node) => node.id === id || node.id === group),
      view.places.value,
    );
    const { x, y, zoom } = flow.viewport.value;
    const { width, height } = flow.dimensions.value;
    if (!box || width === 0) return;
    const across = shift(box.x * zoom + x, box.width * zoom, width);
    const down = shift(box.y * zoom + y, box.height * zoom, height);
    if (across || down) void flow.setViewport({ x: x + across, y: y + down, zoom }, { duration });
  }

  // Panels that open beside it take room: until somebody looks elsewhere, the first look is taken again.
  watch([() => flow.dimensions.value.width, () => flow.dimensions.value.height], () => {
    const { x, y, zoom } = flow.viewport.value;
    if (isDue || (first?.x === x && first.y === y && first.zoom === zoom)) lookFirst();
  });

  watch(view.session.wish, (wish) => {
    if (wish) void nextTick(() => reveal(wish.node));
  });

  return {
    isPartial,
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
