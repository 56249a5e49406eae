// Typed attributes of an operator: from one declaration come the TypeScript type, the defaults,
// validation and the ONNX encoding.
import type { Attribute, Attributes, Graph } from '../ir/graph.js';
import type { Tensor } from '../ir/tensor.js';
import { EngineError } from '../ir/diagnostic.js';

export interface AttributeSpec<T> {
  readonly kind: Attribute['kind'];
  /** The value when absent; `undefined` with `required: false` means «not given». */
  readonly fallback: T;
  readonly required: boolean;
  readonly choices?: readonly string[];
  decode(attribute: Attribute): T;
  encode(value: T): Attribute;
}

export type AttributeSpecs = Readonly<Record<string, AttributeSpec<never>>>;
/** The values of the declared attributes, defaults filled in. */
export type AttributeValues<S> = { readonly [K in keyof S]: S[K] extends AttributeSpec<infer T> ? T : never };
/** What a caller writes: anything left out takes its default. */
export type AttributeArguments = Readonly<
  Record<string, number | boolean | string | readonly number[] | readonly string[] | Tensor | Graph | undefined>
>;

function spec<T>(
  kind: Attribute['kind'],
  fallback: T,
  required: boolean,
  choices?: readonly string[],
): AttributeSpec<T> {
  return {
    kind,
    fallback,
    required,
    ...(choices && { choices }),
    decode: (attribute) => attribute.value as T,
    encode: (value) => ({ kind, value }) as Attribute,
  };
}

export const int = (fallback: number): AttributeSpec<number> => spec('int', fallback, false);
export const optionalInt = (): AttributeSpec<number | undefined> => spec<number | undefined>('int', undefined, false);
export const requiredInt = (): AttributeSpec<number> => spec('int', 0, true);
export const float = (fallback: number): AttributeSpec<number> => spec('float', fallback, false);
export const optionalFloat = (): AttributeSpec<number | undefined> =>
  spec<number | undefined>('float', undefined, false);
export const ints = (fallback?: readonly number[]): AttributeSpec<readonly number[] | undefined> =>
  spec<readonly number[] | undefined>('ints', fallback, false);
export const requiredInts = (): AttributeSpec<readonly number[]> => spec<readonly number[]>('ints', [], true);
export const floats = (): AttributeSpec<readonly number[] | undefined> =>
  spec<readonly number[] | undefined>('floats', undefined, false);
export const text = (fallback: string): AttributeSpec<string> => spec('string', fallback, false);
export const requiredText = (): AttributeSpec<string> => spec('string', '', true);
export const texts = (): AttributeSpec<readonly string[] | undefined> =>
  spec<readonly string[] | undefined>('strings', undefined, false);
export const optionalTensor = (): AttributeSpec<Tensor | undefined> =>
  spec<Tensor | undefined>('tensor', undefined, false);
export const requiredGraph = (): AttributeSpec<Graph | undefined> => spec<Graph | undefined>('graph', undefined, true);

/** One of a closed list of words. */
export function oneOf<const C extends readonly string[]>(choices: C, fallback: C[number]): AttributeSpec<C[number]> {
  return spec<C[number]>('string', fallback, false, choices);
}

/** An ONNX int that means a boolean. */
export function flag(fallback: boolean): AttributeSpec<boolean> {
  return {
    kind: 'int',
    fallback,
    required: false,
    decode: (attribute) => attribute.value !== 0,
    encode: (value) => ({ kind: 'int', value: value ? 1 : 0 }),
  };
}

/** Reads a node's attributes by the declaration; throws `attribute.*` located at the node. */
export function readAttributes<S>(
  specs: S,
  attributes: Attributes,
  type: string,
  nodeName: string,
): AttributeValues<S> {
  const values: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(specs as Record<string, AttributeSpec<unknown>>)) {
    const given = attributes[name];
    const subject = `${type} '${nodeName}'`;
    const place = { node: nodeName, port: name };
    if (!given) {
      if (declared.required)
        throw new EngineError('attribute.missing', `${subject}: attribute ${name} is required`, place);
      values[name] = declared.fallback;
      continue;
    }
    if (given.kind !== declared.kind)
      throw new EngineError(
        'attribute.kind',
        `${subject}: attribute ${name} must be of kind ${declared.kind}, got ${given.kind}`,
        place,
      );
    if (declared.choices && !declared.choices.includes(given.value as string))
      throw new EngineError(
        'attribute.choice',
        `${subject}: attribute ${name} must be one of ${declared.choices.join(', ')}, got ${given.value as string}`,
        place,
      );
    values[name] = declared.decode(given);
  }
  return values as AttributeValues<S>;
}

/** Encodes what a caller wrote; attributes equal to `undefined` are left out. */
export function writeAttributes(specs: AttributeSpecs, given: AttributeArguments, type: string): Attributes {
  const attributes: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const declared = specs[name] as AttributeSpec<unknown> | undefined;
    if (!declared) throw new EngineError('attribute.unknown', `${type}: no attribute is named ${name}`, { port: name });
    attributes[name] = declared.encode(value);
  }
  return attributes;
}
