// New names for layers: `conv1`, `dense2`, inside a group `block1/conv3`.

/** `Conv2d` → `conv`, `TransformerEncoder` → `transformerEncoder`. */
export function baseName(type: string): string {
  const word = type.replace(/[123]d$/, '');
  return word.charAt(0).toLowerCase() + word.slice(1);
}

/** The first of `base1`, `base2` … that is free. */
export function freshId(taken: ReadonlySet<string>, base: string, group = ''): string {
  const prefix = group === '' ? base : `${group}/${base}`;
  for (let number = 1; ; number++) if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`;
}

/** `conv2` → a free name of the same kind: `conv3`. */
export function freshCopyId(taken: ReadonlySet<string>, id: string): string {
  const [, stem = id] = /^(.*?)\d*$/.exec(id) ?? [];
  return freshId(taken, stem === '' ? 'layer' : stem);
}

/** The group of an id: `block1/conv2` → `block1`; empty outside of groups. */
export function groupOf(id: string): string {
  const slash = id.lastIndexOf('/');
  return slash < 0 ? '' : id.slice(0, slash);
}

const idRule = /^[A-Za-z_][\w-]*(\/[\w-]+)*$/;

/** Whether a text can be the id of a layer or an input. */
export function isId(text: string): boolean {
  return text.length <= 120 && idRule.test(text);
}
