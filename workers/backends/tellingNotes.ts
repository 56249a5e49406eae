// A backend that says aloud what it could not do itself, for jobs whose results have no place for it.
import type { Backend, Session, SessionOptions } from './backend.js';

/** Each note of a session is told once, as soon as there is one. */
export function tellingNotes(backend: Backend, tell: (note: string) => void): Backend {
  return {
    name: backend.name,
    async open(model: Uint8Array, options?: SessionOptions): Promise<Session> {
      const session = await backend.open(model, options);
      const told = new Set<string>();
      const tellNew = (): void => {
        for (const note of session.notes ?? []) {
          if (!told.has(note)) tell(note);
          told.add(note);
        }
      };
      tellNew();
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        get notes() {
          return session.notes ?? [];
        },
        run: async (feeds, into) => {
          const results = await session.run(feeds, into);
          tellNew();
          return results;
        },
        dispose: () => session.dispose(),
      };
    },
  };
}
