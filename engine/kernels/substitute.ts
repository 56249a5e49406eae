// Replaces variables in an expression; index arithmetic is simplified again on the way.
import type { Call, Expression, Variable } from './expression.js';
import type { Expressions } from './expressions.js';

export function substitute(
  e: Expressions,
  expression: Expression,
  replacements: ReadonlyMap<Variable, Expression>,
): Expression {
  const memo = new Map<Expression, Expression>();
  const replace = (part: Expression): Expression => {
    if (![...part.free].some((variable) => replacements.has(variable))) return part;
    let made = memo.get(part);
    if (!made) memo.set(part, (made = part.kind === 'variable' ? replacements.get(part)! : rebuild(e, part, replace)));
    return made;
  };
  return replace(expression);
}

/** The same expression over replaced parts. */
function rebuild(e: Expressions, part: Expression, replace: (part: Expression) => Expression): Expression {
  switch (part.kind) {
    case 'constant':
    case 'variable':
      return part;
    case 'affine':
      return e.sum(
        part.terms.map(([atom, coefficient]) => [replace(atom), coefficient]),
        part.constant,
      );
    case 'call':
      return rebuildCall(e, part, part.args.map(replace));
    case 'select':
      return e.select(replace(part.condition), replace(part.yes), replace(part.no));
    case 'load':
      return e.load(part.source, part.type, replace(part.index));
    case 'reduce':
      return e.reduceOver(part.combiner, part.variables, replace(part.body));
    case 'fold':
      return e.foldOver(part.accumulator, replace(part.initial), part.variable, replace(part.body));
  }
}

/** Calls with known bounds are index arithmetic. */
function rebuildCall(e: Expressions, { op, type, min, max }: Call, args: readonly Expression[]): Expression {
  if (!Number.isFinite(max)) return e.call(op, args, type);
  const [source, second, third] = args;
  if (second?.kind === 'constant') {
    if (op === '/') return e.divide(source!, second.value);
    if (op === '%') return e.remainder(source!, second.value);
    if (op === 'clamp' && third?.kind === 'constant') return e.clamp(source!, second.value, third.value);
  }
  return e.bounded(op, args, min, max);
}
