// WebGPU's flag values by name, as the specification numbers them: TypeScript's DOM library declares only their types.

export const bufferUsage = {
  mapRead: 0x0001,
  mapWrite: 0x0002,
  copySource: 0x0004,
  copyDestination: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
  indirect: 0x0100,
  queryResolve: 0x0200,
} as const;

/** What every buffer of a plan can be used for. */
export const planBufferUsage =
  bufferUsage.storage | bufferUsage.uniform | bufferUsage.copySource | bufferUsage.copyDestination;

export const mapModeRead = 0x0001;

export const shaderStageCompute = 0x4;
