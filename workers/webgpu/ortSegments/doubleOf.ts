// Objects that stand in for WebGPU's own.

/** An object that passes for one of `real`'s class and has these members only. */
export function doubleOf<T extends object>(real: T, members: Partial<T>): T {
  const descriptors = Object.getOwnPropertyDescriptors(members) as PropertyDescriptorMap;
  for (const descriptor of Object.values(descriptors)) descriptor.writable = true;
  return Object.create(Object.getPrototypeOf(real) as object, descriptors) as T;
}
