// Finding an entry of a list by the beginning of its name, letter by letter.

/** Letters that come within this time belong together. */
const pause = 800;

/** @returns takes the next letter; gives the index of what is meant, if anything is */
export function findByTyping(now: () => number = () => performance.now()) {
  let [letters, last] = ['', -Infinity];
  return (letter: string, entries: readonly { readonly name: string }[], from: number): number | undefined => {
    letters = (now() - last < pause ? letters : '') + letter.toLowerCase();
    last = now();
    // The same letter again and again goes through all that begin with it.
    const isRepeated = letters.length > 1 && letters === letters[0]!.repeat(letters.length);
    const wanted = isRepeated ? letters[0]! : letters;
    const start = wanted.length === 1 ? from + 1 : Math.max(from, 0);
    for (let step = 0; step < entries.length; step++) {
      const index = (start + step) % entries.length;
      if (entries[index]!.name.toLowerCase().startsWith(wanted)) return index;
    }
    return undefined;
  };
}
