// Faults of files that were handed over: where these lie meanwhile says nothing to the person who dropped them.
import type { Fault } from '../../../../contract/fault.js';

/** Calls what was dropped as it was called where it came from. @param path where it lies. @param title its name */
export function faultOfUpload({ code, message, place }: Fault, path: string, title: string): Fault {
  const own = path.split(/[/\\]/).findLast(Boolean) ?? path;
  const named = (text: string): string => (title === '' ? text : text.replaceAll(path, title).replaceAll(own, title));
  const { path: at, ...rest } = place ?? {};
  // The file itself is named by the message.
  const where = at === undefined || at === path ? rest : { ...rest, path: named(at) };
  return { code, message: named(message), ...(Object.keys(where).length > 0 && { place: where }) };
}
