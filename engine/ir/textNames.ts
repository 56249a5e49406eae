// Names in the text form, which printing and parsing must agree on.
import type { DType } from './dtype.js';

/** ONNX's text spelling of element types. */
export const typeWords: Readonly<Record<DType, string>> = {
  float32: 'float',
  float16: 'float16',
  float64: 'double',
  int64: 'int64',
  int32: 'int32',
  int8: 'int8',
  uint8: 'uint8',
  bool: 'bool',
};

export const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const plainOperator = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** The names of nodes that do not say theirs: the operator's type, then with numbers. */
export class DefaultNames {
  private readonly taken = new Set<string>();
  private readonly next = new Map<string, number>();

  /** The name that the next node of a type has by default. */
  peek(type: string): string {
    if (!this.taken.has(type)) return type;
    let number = this.next.get(type) ?? 1;
    while (this.taken.has(`${type}_${number}`)) number++;
    this.next.set(type, number);
    return `${type}_${number}`;
  }

  take(name: string): void {
    this.taken.add(name);
  }
}
