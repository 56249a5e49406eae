// The arithmetic of windows: padding, output sizes, and faults of kernels against sizes.
import type { ValueType } from '../../ir/graph.js';
import type { Dim } from '../../ir/shape.js';
import type { Report } from '../defineLayer.js';
import { eachAxis, type Padding, type PerAxis } from '../options.js';

export interface Window {
  readonly kernel: PerAxis;
  readonly stride: PerAxis;
  readonly dilation: PerAxis;
  readonly padding: Padding;
}

export interface WindowAttributes {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads?: readonly number[];
  readonly auto_pad?: string;
}

/** The window as ONNX attributes over the spatial sizes; `same` becomes numbers wherever they are known. */
export function windowAttributes(window: Window, sizes: readonly Dim[]): WindowAttributes {
  const axes = sizes.length;
  const attributes = {
    kernel_shape: eachAxis(window.kernel, axes),
    strides: eachAxis(window.stride, axes),
    dilations: eachAxis(window.dilation, axes),
  };
  const pads = padsOf(window, sizes);
  return pads ? { ...attributes, pads } : { ...attributes, auto_pad: 'SAME_UPPER' };
}

/** All begins, then all ends; nothing where `same` needs a size that is not known. */
function padsOf(window: Window, sizes: readonly Dim[]): number[] | undefined {
  const axes = sizes.length;
  if (window.padding === 'valid') return new Array<number>(2 * axes).fill(0);
  if (window.padding !== 'same') return [...eachAxis(window.padding, axes), ...eachAxis(window.padding, axes)];
  const totals = sizes.map((size, axis) => samePadding(window, size, axis, axes));
  if (!totals.every((total) => total !== undefined)) return undefined;
  const begins = totals.map((total) => Math.floor(total / 2));
  return [...begins, ...totals.map((total, axis) => total - begins[axis]!)];
}

/** Total padding for ⌈size / stride⌉ outputs, the odd element at the end (SAME_UPPER). */
function samePadding(window: Window, size: Dim, axis: number, axes: number): number | undefined {
  const reach = reachOf(window, axis, axes);
  const stride = eachAxis(window.stride, axes)[axis]!;
  if (stride === 1) return reach - 1;
  return typeof size === 'number' ? Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0) : undefined;
}

/** Elements from the first to the last that a window touches. */
function reachOf(window: Window, axis: number, axes: number): number {
  return (eachAxis(window.kernel, axes)[axis]! - 1) * eachAxis(window.dilation, axes)[axis]! + 1;
}

/** A window must fit into the padded input on every spatial axis (those from 2). */
export function checkWindow(x: ValueType, window: Window, report: Report): void {
  const sizes = x.shape.slice(2);
  const pads = padsOf(window, sizes);
  if (window.padding === 'same' || !pads) return;
  sizes.forEach((size, axis) => {
    const reach = reachOf(window, axis, sizes.length);
    const padded = typeof size === 'number' ? size + pads[axis]! + pads[axis + sizes.length]! : Infinity;
    if (reach > padded)
      report(
        'kernel',
        `the window reaches over ${reach} elements and must fit into the ${padded} of axis ${axis + 2} (padding included); make the kernel or the dilation smaller or pad`,
      );
  });
}

/** Pads must be smaller than the kernel in pools: a window of padding alone has no maximum and no mean. */
export function checkPoolPadding(x: ValueType, window: Window, report: Report): void {
  const axes = x.shape.length - 2;
  if (typeof window.padding === 'string') return;
  const kernel = eachAxis(window.kernel, axes);
  eachAxis(window.padding, axes).forEach((pad, axis) => {
    if (pad >= kernel[axis]!)
      report('padding', `padding must be smaller than the kernel, got ${pad} with a kernel of ${kernel[axis]!}`);
  });
}
