// A specification as lines that can be compared: JSON in which short lists and short objects take one line.

const widest = 100;

export function printSpecification(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  return print(value, '').split('\n');
}

function print(value: unknown, indent: string): string {
  const short = JSON.stringify(value) as string | undefined;
  if (short === undefined) return 'null';
  if (typeof value !== 'object' || value === null || (indent.length + short.length <= widest && indent !== ''))
    return spaced(short);
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((item) => `${inner}${print(item, inner)}`).join(',\n')}\n${indent}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{\n${members.map(([key, member]) => `${inner}${JSON.stringify(key)}: ${print(member, inner)}`).join(',\n')}\n${indent}}`;
}

/** Blanks after commas and colons outside of texts. */
function spaced(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (part) => (part === ',' || part === ':' ? `${part} ` : part));
}
