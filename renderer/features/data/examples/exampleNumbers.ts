// Parameters of panels as they come back from a saved layout: JSON makes objects of typed arrays.

/** Whole numbers from 0; anything else is left out. */
export function exampleNumbers(given: unknown): Int32Array {
  if (given instanceof Int32Array) return given;
  if (typeof given !== 'object' || given === null) return new Int32Array();
  return Int32Array.from(Object.values(given).filter(isExample));
}

function isExample(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0x7fffffff;
}

export function notesByExample(examples: Int32Array, notes: unknown): ReadonlyMap<number, string> {
  if (!Array.isArray(notes)) return new Map();
  const known = new Map<number, string>();
  examples.forEach((example, index) => {
    const note: unknown = notes[index];
    if (typeof note === 'string' && note !== '') known.set(example, note);
  });
  return known;
}
