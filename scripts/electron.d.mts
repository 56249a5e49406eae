// Types of electron.mjs, for tests.

/** Electron's program; undefined where it is not there. */
export function electronProgram(): string | undefined;
/** Why Electron's tests cannot run here; undefined where they can. */
export function electronObstacle(): string | undefined;
