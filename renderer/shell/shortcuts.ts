// Keyboard shortcuts of commands: `Ctrl+Shift+P`; Ctrl is Command on a Mac.
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Whether the keys that were pressed are the shortcut. */
export function isShortcut(shortcut: string, press: KeyPress, isMac: boolean): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1)!;
  const wants = (name: string): boolean => parts.slice(0, -1).includes(name);
  const main = isMac ? press.metaKey : press.ctrlKey;
  const other = isMac ? press.ctrlKey : press.metaKey;
  if (other || main !== wants('Ctrl') || press.altKey !== wants('Alt')) return false;
  // What is a shifted character on one keyboard is a plain one on another: only letters, digits and named keys say Shift.
  const saysShift = key.length > 1 || /^[A-Z0-9]$/i.test(key);
  if (saysShift && press.shiftKey !== wants('Shift')) return false;
  return (
    press.key.toUpperCase() === key.toUpperCase() || (/^[A-Z]$/i.test(key) && press.code === `Key${key.toUpperCase()}`)
  );
}

/** As the platform writes it: `Ctrl+S`, `⌘S`. */
export function shortcutText(shortcut: string, isMac: boolean): string {
  if (!isMac) return shortcut;
  const signs: Readonly<Record<string, string>> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Delete: '⌫' };
  return shortcut
    .split('+')
    .map((part) => signs[part] ?? part)
    .join('');
}

/** Whether keys without Ctrl belong to what has the focus: a text field, a list. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export const isMac = typeof navigator !== 'undefined' && navigator.userAgent.includes('Mac');
