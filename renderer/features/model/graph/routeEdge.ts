// The way of a connection around the nodes between its ends: a lane beside them, or nothing where its curve is free.
import type { Direction, Position } from '../document/modelDocument.js';
import type { Rectangle } from './layoutGraph.js';

export interface Ends {
  readonly from: Position;
  readonly to: Position;
}

/** Of a curve between two ranks, of a lane from the nodes beside it. */
const bend = 38;
const clearance = 16;
const steps = 24;

/** How far across a connection runs between its ends; `undefined`: it meets nothing on the way. */
export function laneOf({ from, to }: Ends, nodes: readonly Rectangle[], direction: Direction): number | undefined {
  const [start, end] = [turned(from, direction), turned(to, direction)];
  // Neighbours have nothing between them, and what runs backwards has no lane.
  if (end.y - start.y < 2 * bend) return undefined;
  const between = nodes
    .map((node) => turnedBox(node, direction))
    .filter(({ y, height }) => y + height > start.y + 2 && y < end.y - 2);
  if (!meets(start, end, between)) return undefined;
  const isClear = (x: number): boolean =>
    between.every((box) => x <= box.x - clearance / 2 || x >= box.x + box.width + clearance / 2);
  const lanes = between.flatMap(({ x, width }) => [x - clearance, x + width + clearance]);
  const detour = (x: number): number => Math.abs(x - start.x) + Math.abs(x - end.x);
  return [start.x, end.x, ...lanes].filter(isClear).sort((one, other) => detour(one) - detour(other))[0];
}

/** The curve that is drawn without a lane, tried at points. */
function meets(start: Position, end: Position, boxes: readonly Rectangle[]): boolean {
  const middle = (start.y + end.y) / 2;
  for (let step = 1; step < steps; step++) {
    const t = step / steps;
    const [a, b, c, d] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3];
    const x = (a + b) * start.x + (c + d) * end.x;
    const y = a * start.y + (b + c) * middle + d * end.y;
    if (boxes.some((box) => x > box.x - 4 && x < box.x + box.width + 4 && y > box.y && y < box.y + box.height))
      return true;
  }
  return false;
}

/** @returns the path of an SVG, and where its label stands */
export function pathAlong({ from, to }: Ends, lane: number, direction: Direction): readonly [string, number, number] {
  const [start, end] = [turned(from, direction), turned(to, direction)];
  const point = (x: number, y: number): string => (direction === 'down' ? `${x},${y}` : `${y},${x}`);
  const [first, last] = [start.y + bend, end.y - bend];
  const curve = (ax: number, ay: number, bx: number, by: number): string =>
    `C${point(ax, (ay + by) / 2)} ${point(bx, (ay + by) / 2)} ${point(bx, by)}`;
  const path = [
    `M${point(start.x, start.y)}`,
    curve(start.x, start.y, lane, first),
    `L${point(lane, last)}`,
    curve(lane, last, end.x, end.y),
  ].join(' ');
  const label = turned({ x: lane, y: (first + last) / 2 }, direction);
  return [path, label.x, label.y];
}

/** As if it ran downwards; twice turned is as before. */
function turned({ x, y }: Position, direction: Direction): Position {
  return direction === 'down' ? { x, y } : { x: y, y: x };
}

function turnedBox({ width, height, ...corner }: Rectangle, direction: Direction): Rectangle {
  const size = direction === 'down' ? { width, height } : { width: height, height: width };
  return { ...turned(corner, direction), ...size };
}
