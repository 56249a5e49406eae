// Names of runs: `20261121-digits-k3f9`. They sort by day, tell what was trained and can be typed from their beginning or end.
import { randomBytes } from 'node:crypto';

/** Without 0 o 1 l i: they look alike. 31 letters, four of them: 900 000 names a day and subject. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';

export function makeRunId(subject: string, date: Date = new Date()): string {
  const day = date.toISOString().slice(0, 10).replaceAll('-', '');
  const letters = Array.from(randomBytes(4), (byte) => alphabet[byte % alphabet.length]);
  return `${day}-${slug(subject)}-${letters.join('')}`;
}

function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 24).replace(/-+$/, '') || 'run';
}

/** Whether the text can be a run's name, and with that a folder's: one path component of harmless characters. */
export function isRunId(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(text);
}
