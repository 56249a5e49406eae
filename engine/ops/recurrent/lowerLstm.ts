// Lowers LSTM to its steps.
import type { Value } from '../../ir/graph.js';
import type { AttributeValues } from '../attributes.js';
import type { Emit } from '../emit.js';
import { gateActivations, type GateActivation } from './gateActivation.js';
import type { lstmAttributes } from './recurrentInference.js';
import { memberOf, sumOf, unroll, withState, type RecurrentOperands, type Unrolled } from './unroll.js';

export interface LstmOperands extends RecurrentOperands {
  readonly initial_c?: Value | undefined;
  /** Peepholes [D, 3·H], in the order input, output, forget. */
  readonly P?: Value | undefined;
}

type LstmAttributes = AttributeValues<typeof lstmAttributes>;

/**
 * Operands and results as ONNX's LSTM has them; default activations Sigmoid (gates), Tanh, Tanh.
 * Rows of the weights are in the order input, output, forget, candidate.
 *
 *     i = f(X·Wiᵀ + H·Riᵀ + Pi·C + b), o = f(… + Po·C'), q = f(… + Pf·C), c = g(X·Wcᵀ + H·Rcᵀ + b)
 *     C' = q·C + i·c, H' = o·h(C'); with input_forget q = 1 − i
 */
export function lowerLstm(emit: Emit, operands: LstmOperands, attributes: LstmAttributes): Unrolled {
  const directions = attributes.direction === 'bidirectional' ? 2 : 1;
  return unroll(emit, operands, {
    gates: 4,
    attributes,
    initial: [operands.initial_h, operands.initial_c],
    activations: gateActivations(emit, attributes, ['Sigmoid', 'Tanh', 'Tanh'], directions),
    cell: ({ r, hidden, inputBias, stateBias, direction }, [f, g, last]) => {
      const peepholes = operands.P && emit.split(memberOf(emit, operands.P, direction), [hidden, hidden, hidden], 0);
      const gates = peepholes ? peepholeGates(emit, hidden, f!, peepholes) : fusedGates(emit, hidden, f!);
      return {
        bias: sumOf(emit, inputBias, stateBias),
        step(projected, [h, c]) {
          const { input, forget, candidate, output } = gates(withState(emit, projected, h, r), c);
          const fresh = emit.mul(input, g!(candidate));
          const kept = attributes.input_forget ? (): Value => emit.sub(1, input) : forget;
          const next = c ? emit.add(emit.mul(kept(), c), fresh) : fresh;
          return [emit.mul(output(next), last!(next)), next];
        },
      };
    },
  });
}

interface Gates {
  readonly input: Value;
  /** Before its activation. */
  readonly candidate: Value;
  readonly forget: () => Value;
  /** May look at the new cell state. */
  readonly output: (next: Value) => Value;
}

type GateRule = (sums: Value, c: Value | undefined) => Gates;

/** Without peepholes all three gates are one activation. */
function fusedGates(emit: Emit, hidden: number, f: GateActivation): GateRule {
  return (sums) => {
    const [gateSums, candidate] = emit.split(sums, [3 * hidden, hidden], 1) as [Value, Value];
    const [input, output, forget] = emit.split(f(gateSums), [hidden, hidden, hidden], 1) as [Value, Value, Value];
    return { input, candidate, forget: () => forget, output: () => output };
  };
}

function peepholeGates(emit: Emit, hidden: number, f: GateActivation, peepholes: readonly Value[]): GateRule {
  const [forInput, forOutput, forForget] = peepholes as [Value, Value, Value];
  return (sums, c) => {
    const parts = emit.split(sums, [hidden, hidden, hidden, hidden], 1) as [Value, Value, Value, Value];
    const [inputSum, outputSum, forgetSum, candidate] = parts;
    const seen = (sum: Value, peephole: Value, cell: Value | undefined): Value =>
      f(cell ? emit.add(sum, emit.mul(peephole, cell)) : sum);
    return {
      input: seen(inputSum, forInput, c),
      candidate,
      forget: () => seen(forgetSum, forForget, c),
      output: (next) => seen(outputSum, forOutput, next),
    };
  };
}
