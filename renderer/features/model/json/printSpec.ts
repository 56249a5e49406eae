// A specification as text for people: short things on one line, a layer where it fits, the rest indented.
const longestLine = 96;

export function printSpec(json: unknown): string {
  return `${print(json, 0)}\n`;
}

function print(value: unknown, indent: number): string {
  const flat = inline(value);
  if (typeof value !== 'object' || value === null || (indent > 0 && indent + flat.length <= longestLine)) return flat;
  const inner = ' '.repeat(indent + 2);
  const parts = Array.isArray(value)
    ? value.map((item) => `${inner}${print(item, indent + 2)}`)
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => `${inner}${JSON.stringify(name)}: ${print(member, indent + 2)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return parts.length === 0 ? `${open!}${close!}` : `${open!}\n${parts.join(',\n')}\n${' '.repeat(indent)}${close!}`;
}

/** `{ "id": "conv1", "type": "Conv2d" }` */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{}';
  return `{ ${members.map(([name, member]) => `${JSON.stringify(name)}: ${inline(member)}`).join(', ')} }`;
}
