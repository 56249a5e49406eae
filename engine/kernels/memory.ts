// Where values lie: buffers that are used again once nobody needs what is in them.
import type { Value } from '../ir/graph.js';
import { sizeOf } from '../ir/shape.js';
import type { Homes, Place } from './homes.js';
import { storageBytes, storageOf, type PlanBuffer, type PlanPort, type Storage } from './kernelPlan.js';

/** `offset` elements into a buffer of the plan. */
export interface Location {
  readonly buffer: number;
  readonly offset: number;
  readonly storage: Storage;
}

export class Memory {
  private readonly made: { -readonly [K in keyof PlanBuffer]: PlanBuffer[K] }[] = [];
  private readonly external = new Map<object, number>();
  private readonly locations = new Map<Value, Location>();
  private readonly outputs = new Map<Value, Location>();
  /** Scratch buffers that hold nothing that is needed. */
  private readonly free = new Set<number>();

  constructor(
    private readonly homes: Homes,
    private readonly outputValues: ReadonlySet<Value>,
  ) {}

  buffers(): PlanBuffer[] {
    return this.made;
  }

  /** Where a value lies; inputs and constants are placed when first asked for. */
  locate(value: Value): Location {
    const known = this.locations.get(value);
    if (known) return known;
    const location = this.placed(value) ?? this.source(value);
    this.locations.set(value, location);
    return location;
  }

  /** Makes room for a value that is about to be computed, or of which a part has been. */
  allocate(value: Value): Location {
    const known = this.locations.get(value);
    if (known) return known;
    const storage = storageOf(value.dtype!)!;
    const elements = sizeOf(value.shape as readonly number[]);
    const place = this.homes.directPlace(value);
    const location =
      (place && this.inExternal(place)) ??
      (this.outputValues.has(value) && !this.homes.isDetached(value)
        ? this.add({ label: value.name, storage, elements, role: 'external' })
        : this.scratch(storage, elements, value.name));
    this.locations.set(value, location);
    return location;
  }

  /** Where an output must be at the end. */
  home(value: Value): Location {
    let location = this.outputs.get(value);
    if (location) return location;
    const place = this.homes.outputPlace(value);
    if (place) location = this.inExternal(place);
    else if (value.producer) location = this.locate(value);
    else {
      const elements = sizeOf(value.shape as readonly number[]);
      location = this.add({ label: value.name, storage: storageOf(value.dtype!)!, elements, role: 'external' });
    }
    this.outputs.set(value, location);
    return location;
  }

  /** Nobody reads the value any more. */
  release(value: Value): void {
    const location = this.locations.get(value);
    if (location) this.releaseLocation(location);
  }

  releaseLocation({ buffer }: Location): void {
    if (this.made[buffer]!.role === 'scratch') this.free.add(buffer);
  }

  /** The smallest free buffer that is large enough, else the largest made larger, else a new one. */
  scratch(storage: Storage, elements: number, label: string): Location {
    const bytes = elements * storageBytes(storage);
    const sizes = [...this.free].map((index) => ({ index, bytes: bytesOf(this.made[index]!) }));
    const enough = sizes.filter((candidate) => candidate.bytes >= bytes);
    const chosen = enough.sort((a, b) => a.bytes - b.bytes)[0] ?? sizes.sort((a, b) => b.bytes - a.bytes)[0];
    if (!chosen) return this.add({ label, storage, elements, role: 'scratch' });
    this.free.delete(chosen.index);
    const buffer = this.made[chosen.index]!;
    buffer.label += `, ${label}`;
    if (chosen.bytes < bytes) buffer.elements = Math.ceil(bytes / storageBytes(buffer.storage));
    return { buffer: chosen.index, offset: 0, storage };
  }

  port(value: Value, { buffer, offset }: Location): PlanPort {
    return { name: value.name, dtype: value.dtype!, shape: value.shape as readonly number[], buffer, offset };
  }

  private placed(value: Value): Location | undefined {
    const place = this.homes.inputPlace(value);
    return place && this.inExternal(place);
  }

  private source(value: Value): Location {
    const storage = storageOf(value.dtype!)!;
    const elements = sizeOf(value.shape as readonly number[]);
    return this.add({
      label: value.name,
      storage,
      elements,
      ...(value.constant ? { role: 'constant', data: value.constant } : { role: 'external' }),
    });
  }

  private inExternal({ buffer, offset }: Place): Location {
    let index = this.external.get(buffer);
    if (index === undefined) {
      const { name, storage, elements } = buffer;
      index = this.add({ label: name, storage, elements, role: 'external' }).buffer;
      this.external.set(buffer, index);
    }
    return { buffer: index, offset, storage: buffer.storage };
  }

  /** The plan's index of an external buffer. */
  externalBuffer(buffer: Place['buffer']): Location {
    return this.inExternal({ buffer, offset: 0 });
  }

  private add(buffer: PlanBuffer): Location {
    this.made.push({ ...buffer });
    return { buffer: this.made.length - 1, offset: 0, storage: buffer.storage };
  }
}

function bytesOf({ storage, elements }: PlanBuffer): number {
  return elements * storageBytes(storage);
}
