// Values of JavaScript as Python source, and names that Python and nn.Module allow.

const keywords =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case';
/** What the file itself or Python calls so. */
const taken =
  'self torch nn F math json Path Tensor weight_norm OrderedDict len list dict tuple int float str bool range sum max min abs print isinstance zip enumerate super type';
/** What `nn.Module` calls so. */
const moduleNames =
  'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad';
const reserved = new Set(`${keywords} ${taken} ${moduleNames}`.split(' '));

/** Unique Python names of ids, in the order in which they are asked for. */
export class PythonNames {
  private readonly known = new Map<string, string>();
  private readonly used: Set<string>;

  constructor(alsoReserved: Iterable<string> = []) {
    this.used = new Set([...reserved, ...alsoReserved]);
  }

  of(id: string): string {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const plain = id.replaceAll(/\W+/g, '_').replace(/^(?=\d)/, '_');
    let name = plain;
    for (let number = 2; this.used.has(name); number++) name = `${plain}_${number}`;
    this.used.add(name);
    this.known.set(id, name);
    return name;
  }
}

/** `leNet` → `LeNet`, `char lstm` → `CharLstm`. */
export function className(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return joined === '' || /^\d/.test(joined) || reserved.has(joined) ? `Model${joined}` : joined;
}

/** A value as Python writes it; lists become lists. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  return JSON.stringify(value);
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'float("nan")' : `float("${value < 0 ? '-' : ''}inf")`;
}

/** `3` where all are alike, else `(3, 2)`. */
export function perAxisText(values: readonly number[]): string {
  return values.every((value) => value === values[0]) ? String(values[0]) : tuple(values);
}

export function tuple(values: readonly (number | string)[]): string {
  return values.length === 1 ? `(${values[0]!},)` : `(${values.join(', ')})`;
}

/** `nn.Conv2d(1, 16, 3, padding=1)`: named arguments that have their defaults are left out. */
export function call(
  name: string,
  positional: readonly (number | string)[],
  named: Readonly<Record<string, readonly [value: unknown, standard: unknown] | string | undefined>> = {},
): string {
  const rest = Object.entries(named).flatMap(([key, given]) => {
    if (given === undefined) return [];
    if (typeof given === 'string') return [`${key}=${given}`];
    const [value, standard] = given;
    return value === standard ? [] : [`${key}=${python(value)}`];
  });
  return `${name}(${[...positional, ...rest].join(', ')})`;
}

/** A list of texts over several lines where one is too long. */
export function literalList(name: string, items: readonly string[], width = 100): string[] {
  const line = `${name} = [${items.join(', ')}]`;
  if (line.length <= width) return [line];
  const lines: string[] = [];
  let current = '   ';
  for (const item of items) {
    if (current.length + item.length + 2 > width && current.trim() !== '') {
      lines.push(current);
      current = '   ';
    }
    current += ` ${item},`;
  }
  return [`${name} = [`, ...lines, current, ']'];
}
