// Keyboard shortcuts on keyboards of several kinds.
import { describe, expect, it } from 'vitest';
import { isShortcut, shortcutText, type KeyPress } from '../../../renderer/shell/shortcuts.js';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

describe('shortcuts', () => {
  it('Ctrl is Command on a Mac, and only there', () => {
    expect(isShortcut('Ctrl+K', press('k', { ctrlKey: true }), false)).toBe(true);
    expect(isShortcut('Ctrl+K', press('k', { metaKey: true }), true)).toBe(true);
    expect(isShortcut('Ctrl+K', press('k', { ctrlKey: true }), true)).toBe(false);
    expect(isShortcut('Ctrl+K', press('k', { metaKey: true }), false)).toBe(false);
  });

  it('Shift tells letters apart, but not signs that need it', () => {
    expect(isShortcut('Ctrl+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(isShortcut('Ctrl+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(isShortcut('?', press('?', { shiftKey: true }), false)).toBe(true);
    expect(isShortcut('/', press('/', { shiftKey: true }), false)).toBe(true);
  });

  it('letters are found by their place where the layout has other ones', () => {
    expect(isShortcut('Ctrl+K', press('л', { ctrlKey: true, code: 'KeyK' }), false)).toBe(true);
  });

  it('named keys and no others', () => {
    expect(isShortcut('F2', press('F2'), false)).toBe(true);
    expect(isShortcut('F2', press('F2', { ctrlKey: true }), false)).toBe(false);
    expect(isShortcut('Delete', press('Delete'), false)).toBe(true);
    expect(isShortcut('Alt+W', press('w', { altKey: true }), false)).toBe(true);
  });

  it('is written as the platform writes it', () => {
    expect(shortcutText('Ctrl+Shift+P', false)).toBe('Ctrl+Shift+P');
    expect(shortcutText('Ctrl+Shift+P', true)).toBe('⌘⇧P');
  });
});
