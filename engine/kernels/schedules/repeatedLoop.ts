// Loops whose body is repeated: several terms or elements in each turn, so that their loads overlap and less time goes to counting.
import type { Expression, Variable } from '../expression.js';
import { sizeOfExpression } from '../expressionCost.js';
import type { ShaderText } from '../shaderText.js';

/** Turns of the body in one turn of the loop. */
const repeats = 4;
/** Longer bodies gain nothing. */
const longestRepeated = 80;

/** Values of a variable: texts of the first and of the end, the step, and at most how far the end is from the first lane's start. */
export interface LoopRange {
  readonly start: string;
  readonly end: string;
  readonly step: number;
  readonly length: number;
}

/** Whether a body of these expressions is worth repeating. */
export function isWorthRepeating(expressions: readonly Expression[]): boolean {
  return expressions.reduce((sum, expression) => sum + sizeOfExpression(expression), 0) <= longestRepeated;
}

/** A loop over the range, `body` for each value of the variable in ascending order. */
export function repeatedLoop(
  text: ShaderText,
  variable: Variable,
  { start, end, step, length }: LoopRange,
  isRepeated: boolean,
  body: () => void,
): void {
  const { name } = variable;
  if (!isRepeated || length < repeats * step) {
    text.block(`for (var ${name}: i32 = ${start}; ${name} < ${end}; ${name} += ${step})`, [variable], false, body);
    return;
  }
  const next = name.replace('_', 'Next_');
  const one = (offset: number): void =>
    text.block('', [variable], false, () => {
      text.line(`let ${name} = ${next}${offset > 0 ? ` + ${offset}` : ''};`);
      body();
    });
  text.block('', [], false, () => {
    text.line(`var ${next}: i32 = ${start};`);
    const last = (repeats - 1) * step;
    text.block(`for (; ${next} < ${end} - ${last}; ${next} += ${repeats * step})`, [], false, () => {
      for (let at = 0; at < repeats; at++) one(at * step);
    });
    const isEven = start === '0' && end === String(length) && length % (repeats * step) === 0;
    if (!isEven) text.block(`for (; ${next} < ${end}; ${next} += ${step})`, [], false, () => one(0));
  });
}
