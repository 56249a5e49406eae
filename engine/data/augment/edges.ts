// What lies beyond the edges of a picture.
import { choice, decimal } from '../../layers/options.js';

export const edgeModes = ['constant', 'edge', 'reflect', 'wrap'] as const;
export type EdgeMode = (typeof edgeModes)[number];

export interface Edges {
  readonly mode: EdgeMode;
  /** From 0 (black) to 1 (white), where the mode is `constant`. */
  readonly fill: number;
}

/** Options of every transform that looks beyond the edges. */
export const edgeOptions = {
  edges: choice(edgeModes, {
    label: 'Outside',
    description:
      'What lies beyond the edges. constant: one value; edge: the last pixel again; reflect: mirrored about the last pixel; wrap: the other side',
    fallback: 'constant',
  }),
  fill: decimal({
    label: 'Value',
    unit: 'share',
    description: 'What constant fills with, from black to white',
    min: 0,
    max: 1,
    fallback: 0,
  }),
} as const;

export function edgesOf(options: { readonly edges: EdgeMode; readonly fill: number }): Edges {
  return { mode: options.edges, fill: options.edges === 'constant' ? options.fill : 0 };
}

/** The index within 0 … size − 1 that `index` stands for; −1 where the constant does. As `numpy.pad` names the modes. */
export function indexWithin(index: number, size: number, mode: EdgeMode): number {
  if (index >= 0 && index < size) return index;
  if (mode === 'constant') return -1;
  if (mode === 'edge' || size === 1) return index < 0 ? 0 : size - 1;
  if (mode === 'wrap') return ((index % size) + size) % size;
  const period = 2 * (size - 1);
  const along = ((index % period) + period) % period;
  return along < size ? along : period - along;
}
