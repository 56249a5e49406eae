// Versions of the standard operator set.

/** The opset whose semantics the engine's operators have. */
export const internalOpset = 21;

/** The oldest opset that models are read in: before it, broadcasting was spelled out by attributes. */
export const oldestReadOpset = 7;

/** The oldest opset that models are written in. */
export const oldestWrittenOpset = 17;

/** Operators that appeared after {@link internalOpset}: a graph that has one is encoded at that opset. */
export const laterOperators: Readonly<Record<string, number>> = { RMSNormalization: 23 };

/** The newest opset whose changes are known. */
export const newestReadOpset = 23;
