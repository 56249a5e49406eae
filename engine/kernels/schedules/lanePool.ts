// Combines what the threads of a row have, in workgroup memory: a tree, so that the order never depends on timing.
import { combined, type ShaderText } from '../shaderText.js';
import type { Accumulator } from './accumulate.js';
import type { LaneShape } from './laneShape.js';

export class LanePool {
  /** Arrays of workgroup memory, by type. */
  private readonly arrays = new Map<string, number>();
  private names = 0;
  private isUsed = false;

  constructor(
    private readonly text: ShaderText,
    private readonly shape: LaneShape,
  ) {}

  /** Module-level declarations of the workgroup memory that was used. */
  declarations(): string {
    const size = this.shape.rows * this.shape.lanes;
    return [...this.arrays]
      .flatMap(([type, count]) =>
        Array.from({ length: count }, (_, at) => `var<workgroup> ${arrayName(type, at)}: array<${type}, ${size}>;`),
      )
      .join('\n');
  }

  /** The results, known to all threads of the row. Every thread of the workgroup must come here. */
  combine(totals: readonly Accumulator[]): Accumulator[] {
    const { text, shape } = this;
    const { lanes, rows, acrossRows } = shape;
    if (lanes === 1) return [...totals];
    // What was combined before may still be read.
    if (this.isUsed) text.line('workgroupBarrier();');
    this.isUsed = true;
    const arrays = this.arraysFor(totals);
    totals.forEach(({ name }, index) => text.line(`${arrays[index]!}[thread] = ${name};`));
    const stride = acrossRows ? rows : 1;
    for (let width = lanes / 2; width >= 1; width /= 2) {
      text.line('workgroupBarrier();');
      text.block(`if (lane < ${width})`, [], true, () =>
        totals.forEach(({ reduce }, index) => {
          const array = arrays[index]!;
          const other = `${array}[thread + ${width * stride}u]`;
          text.line(`${array}[thread] = ${combined(reduce.combiner, `${array}[thread]`, other)};`);
        }),
      );
    }
    text.line('workgroupBarrier();');
    return totals.map(({ reduce }, index) => {
      const name = `pooled${this.names++}`;
      text.line(`let ${name} = ${arrays[index]!}[${acrossRows ? 'place' : `place * ${lanes}`}];`);
      return { reduce, name };
    });
  }

  private arraysFor(totals: readonly Accumulator[]): string[] {
    const used = new Map<string, number>();
    return totals.map(({ reduce: { type } }) => {
      const index = used.get(type) ?? 0;
      used.set(type, index + 1);
      this.arrays.set(type, Math.max(this.arrays.get(type) ?? 0, index + 1));
      return arrayName(type, index);
    });
  }
}

function arrayName(type: string, index: number): string {
  return `pool_${type}_${index}`;
}
