// Draws the placed graph of a file on a canvas: only what is seen, and only as much of it as can be read at this size.
import type { OnnxGraphView } from '../../../../contract/services/models.js';
import { formatCount } from '../../../components/format.js';
import { modelTexts } from '../../../texts/model.js';
import type { TreeItem } from './groupTree.js';
import { opColour } from './opLook.js';
import type { PlacedEdge, PlacedGraph, PlacedItem } from './treeLayout.js';

/** From places of the graph to pixels of the canvas. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Colours of the theme by variable. */
export type Palette = (variable: string) => string;

export interface Scene {
  readonly view: OnnxGraphView;
  readonly graph: PlacedGraph;
  readonly viewport: Viewport;
  readonly width: number;
  readonly height: number;
  readonly selected: TreeItem | undefined;
  readonly hovered: TreeItem | undefined;
  readonly colour: Palette;
  readonly summary: (item: TreeItem) => GroupSummary;
}

export interface GroupSummary {
  /** Colours of the operators inside, the most frequent first. */
  readonly families: readonly string[];
  readonly hasObstacle: boolean;
  readonly weights: number;
  readonly trainable: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function drawGraph(context: CanvasRenderingContext2D, scene: Scene): void {
  const { viewport, width, height, graph, colour } = scene;
  context.clearRect(0, 0, width, height);
  const seen: Box = {
    left: -viewport.x / viewport.zoom,
    top: -viewport.y / viewport.zoom,
    right: (width - viewport.x) / viewport.zoom,
    bottom: (height - viewport.y) / viewport.zoom,
  };
  context.save();
  context.translate(viewport.x, viewport.y);
  context.scale(viewport.zoom, viewport.zoom);
  const items = graph.items.filter((placed) => isSeen(placed, seen));
  for (const placed of items) if (placed.isOpen) drawFrame(context, placed, scene);
  drawEdges(context, graph.edges, seen, scene);
  for (const placed of items) if (!placed.isOpen) drawItem(context, placed, scene);
  context.restore();
  // A hairline around keeps the last row from ending in nothing.
  context.strokeStyle = colour('--border');
}

function isSeen({ x, y, width, height }: PlacedItem, { left, top, right, bottom }: Box): boolean {
  return x < right && x + width > left && y < bottom && y + height > top;
}

/** Below these sizes on the screen a line, or any text, says nothing. */
const readable = 0.42;
const visible = 0.06;

function drawEdges(
  context: CanvasRenderingContext2D,
  edges: readonly PlacedEdge[],
  seen: Box,
  { viewport, selected, colour }: Scene,
): void {
  if (viewport.zoom < visible) return;
  const width = Math.max(1, 0.7 / viewport.zoom);
  const strong: PlacedEdge[] = [];
  context.beginPath();
  for (const placed of edges) {
    if (placed.left > seen.right || placed.right < seen.left || placed.top > seen.bottom || placed.bottom < seen.top)
      continue;
    if (selected && (placed.edge?.from === selected || placed.edge?.to === selected)) strong.push(placed);
    else tracePath(context, placed);
  }
  context.strokeStyle = colour('--text-faint');
  context.globalAlpha = 0.55;
  context.lineWidth = width;
  context.stroke();
  context.globalAlpha = 1;
  context.beginPath();
  for (const placed of strong) tracePath(context, placed);
  context.strokeStyle = colour('--accent');
  context.lineWidth = width * 1.8;
  context.stroke();
  context.fillStyle = colour('--text-faint');
  if (viewport.zoom > readable) for (const placed of edges) drawTip(context, placed, seen);
}

/** A curve through the middles between points, as B-splines run. */
function tracePath(context: CanvasRenderingContext2D, { points }: PlacedEdge): void {
  const [first] = points;
  context.moveTo(first!.x, first!.y);
  for (let index = 1; index < points.length - 1; index++) {
    const [here, next] = [points[index]!, points[index + 1]!];
    const isLast = index === points.length - 2;
    const end = isLast ? next : { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
    context.quadraticCurveTo(here.x, here.y, end.x, end.y);
  }
  if (points.length === 2) context.lineTo(points[1]!.x, points[1]!.y);
}

function drawTip(context: CanvasRenderingContext2D, { points, edge }: PlacedEdge, seen: Box): void {
  const tip = points.at(-1)!;
  if (!edge || tip.x < seen.left || tip.x > seen.right || tip.y < seen.top || tip.y > seen.bottom) return;
  context.beginPath();
  context.moveTo(tip.x, tip.y);
  context.lineTo(tip.x - 3.5, tip.y - 6);
  context.lineTo(tip.x + 3.5, tip.y - 6);
  context.fill();
}

function drawFrame(context: CanvasRenderingContext2D, placed: PlacedItem, scene: Scene): void {
  const { x, y, width, height, item } = placed;
  const { colour, viewport } = scene;
  roundedBox(context, placed, 12);
  context.fillStyle = colour('--surface-3');
  context.globalAlpha = 0.34;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colour(
    scene.selected === item ? '--accent' : scene.hovered === item ? '--border-strong' : '--border',
  );
  context.lineWidth = scene.selected === item ? 2 : 1;
  context.stroke();
  if (viewport.zoom < readable) return;
  context.fillStyle = colour('--text-soft');
  context.font = `600 11px ${colour('--font')}`;
  writeText(context, `▾ ${item.title}`, x + 12, y + 18, width - 24);
  if (height < 40) return;
}

function drawItem(context: CanvasRenderingContext2D, placed: PlacedItem, scene: Scene): void {
  const { item } = placed;
  if (item.kind === 'group') drawGroup(context, placed, scene);
  else if (item.kind === 'node') drawNode(context, placed, scene);
  else drawEnd(context, placed, scene);
}

function drawCard(
  context: CanvasRenderingContext2D,
  placed: PlacedItem,
  scene: Scene,
  radius: number,
  fill: string,
): void {
  const { colour, selected, hovered } = scene;
  roundedBox(context, placed, radius);
  context.fillStyle = colour(fill);
  context.fill();
  const isSelected = selected === placed.item;
  context.strokeStyle = colour(isSelected ? '--accent' : hovered === placed.item ? '--text-faint' : '--border-strong');
  context.lineWidth = isSelected ? 2 : 1;
  context.stroke();
}

function drawNode(context: CanvasRenderingContext2D, placed: PlacedItem, scene: Scene): void {
  const { x, y, width, height, item } = placed;
  const { view, colour, viewport } = scene;
  const node = view.nodes[item.index]!;
  drawCard(context, placed, scene, 7, '--surface-2');
  context.fillStyle = colour(opColour(node.type));
  context.beginPath();
  context.roundRect(x + 1, y + 1, 4, height - 2, [6, 0, 0, 6]);
  context.fill();
  if (viewport.zoom < readable) return;
  context.fillStyle = colour('--text');
  context.font = `600 12px ${colour('--font')}`;
  writeText(context, node.domain ? `${node.domain}.${node.type}` : node.type, x + 13, y + 17, width - 44);
  context.fillStyle = colour('--text-faint');
  context.font = `11px ${colour('--font')}`;
  const output = view.values[node.outputs[0] ?? -1];
  writeText(context, shapeOf(output?.shape) ?? node.name, x + 13, y + 32, width - 24);
  drawMarks(context, x + width - 11, y + 13, node, scene);
}

/** Filled: weights that can be trained; hollow: weights that cannot; a bar: no gradient passes. */
function drawMarks(
  context: CanvasRenderingContext2D,
  right: number,
  y: number,
  { weights, obstacle }: OnnxGraphView['nodes'][number],
  { view, colour }: Scene,
): void {
  let x = right;
  if (obstacle !== '') {
    context.fillStyle = colour('--warning');
    context.fillRect(x - 6, y - 1.5, 9, 3);
    x -= 14;
  }
  if (weights.length === 0) return;
  const isTrained = weights.some((weight) => view.weights[weight]!.trainable);
  context.beginPath();
  context.arc(x, y, 3.5, 0, 2 * Math.PI);
  context.fillStyle = context.strokeStyle = colour(isTrained ? '--success' : '--text-faint');
  context.lineWidth = 1.4;
  if (isTrained) context.fill();
  else context.stroke();
}

function drawGroup(context: CanvasRenderingContext2D, placed: PlacedItem, scene: Scene): void {
  const { x, y, width, height, item } = placed;
  const { colour, viewport, summary } = scene;
  const { families, hasObstacle, trainable } = summary(item);
  context.strokeStyle = colour('--border-strong');
  context.lineWidth = 1;
  // A second card behind: there is more inside.
  roundedBox(context, { x: x + 3, y: y + 3, width, height }, 9);
  context.fillStyle = colour('--surface-1');
  context.fill();
  context.stroke();
  drawCard(context, placed, scene, 9, '--surface-3');
  families.slice(0, 6).forEach((family, index) => {
    context.fillStyle = colour(family);
    context.fillRect(x + 12 + index * 19, y + height - 9, 15, 3);
  });
  if (viewport.zoom < readable) return;
  context.fillStyle = colour('--text');
  context.font = `600 12px ${colour('--font')}`;
  writeText(context, `▸ ${item.title}`, x + 12, y + 19, width - 24);
  context.fillStyle = colour('--text-faint');
  context.font = `11px ${colour('--font')}`;
  writeText(context, modelTexts.viewer.group(item.count), x + 12, y + 34, width - 24);
  let mark = x + width - 12;
  if (hasObstacle) {
    context.fillStyle = colour('--warning');
    context.fillRect(mark - 6, y + 29, 9, 3);
    mark -= 14;
  }
  if (trainable === 0) return;
  context.fillStyle = colour('--success');
  context.beginPath();
  context.arc(mark, y + 30, 3.5, 0, 2 * Math.PI);
  context.fill();
}

function drawEnd(context: CanvasRenderingContext2D, placed: PlacedItem, scene: Scene): void {
  const { x, y, width, height, item } = placed;
  const { view, colour, viewport } = scene;
  drawCard(context, placed, scene, height / 2, '--surface-3');
  if (viewport.zoom < readable) return;
  const value = item.kind === 'input' ? view.inputs[item.index] : view.outputs[item.index];
  context.textAlign = 'center';
  context.fillStyle = colour('--text');
  context.font = `600 11px ${colour('--font')}`;
  writeText(context, item.title, x + width / 2, y + 15, width - 20);
  context.fillStyle = colour('--text-faint');
  context.font = `10px ${colour('--font')}`;
  writeText(context, shapeOf(value?.shape) ?? '', x + width / 2, y + 27, width - 20);
  context.textAlign = 'left';
}

function roundedBox(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Pick<PlacedItem, 'x' | 'y' | 'width' | 'height'>,
  radius: number,
): void {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
}

const shortened = new Map<string, string>();

/** Text that is too long ends in …; found once for each text, font and width. */
function writeText(context: CanvasRenderingContext2D, text: string, x: number, y: number, width: number): void {
  const key = `${context.font} ${width} ${text}`;
  let shown = shortened.get(key);
  if (shown === undefined) {
    shown = shorten(context, text, width);
    if (shortened.size > 20_000) shortened.clear();
    shortened.set(key, shown);
  }
  context.fillText(shown, x, y);
}

function shorten(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

function shapeOf(shape: readonly string[] | null | undefined): string | undefined {
  return shape ? (shape.length === 0 ? '1' : shape.join(' × ')) : undefined;
}

/** What a group has inside; found once. */
export function summarise(view: OnnxGraphView): (item: TreeItem) => GroupSummary {
  const known = new Map<TreeItem, GroupSummary>();
  return (item) => {
    const before = known.get(item);
    if (before) return before;
    const counts = new Map<string, number>();
    let [hasObstacle, weights, trainable] = [false, 0, 0];
    const visit = (child: TreeItem): void => {
      child.children.forEach(visit);
      const node = child.kind === 'node' ? view.nodes[child.index] : undefined;
      if (!node) return;
      const family = opColour(node.type);
      counts.set(family, (counts.get(family) ?? 0) + 1);
      hasObstacle ||= node.obstacle !== '';
      for (const index of node.weights) {
        const weight = view.weights[index]!;
        const size = weight.shape.reduce((product, dim) => product * dim, 1);
        weights += size;
        if (weight.trainable) trainable += size;
      }
    };
    visit(item);
    const families = [...counts].sort((one, other) => other[1] - one[1]).map(([family]) => family);
    const found = { families, hasObstacle, weights, trainable };
    known.set(item, found);
    return found;
  };
}

/** For a screen reader and tooltips: what an item is. */
export function describeItem(view: OnnxGraphView, item: TreeItem): string {
  if (item.kind === 'group') return `${item.title}, ${modelTexts.viewer.group(item.count)}`;
  if (item.kind !== 'node') return item.title;
  const node = view.nodes[item.index]!;
  return `${node.type} ${node.name}${node.weights.length ? `, ${formatCount(node.weights.length)} ${modelTexts.viewer.weights}` : ''}`;
}
