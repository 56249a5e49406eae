// Base64 (RFC 4648), both ways, on bytes: engines before 2025 have it for texts only.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = new TextEncoder().encode(alphabet);
const padding = 0x3d;
const values = new Int8Array(128).fill(-1);
codes.forEach((code, value) => (values[code] = value));

/** As ASCII. */
export function encodeBase64(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(padding);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const left = bytes.length - from;
    const word = (bytes[from]! << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    text[to] = codes[word >> 18]!;
    text[to + 1] = codes[(word >> 12) & 63]!;
    if (left > 1) text[to + 2] = codes[(word >> 6) & 63]!;
    if (left > 2) text[to + 3] = codes[word & 63]!;
  }
  return text;
}

/** Of ASCII; whatever is no character of the alphabet is passed over. */
export function decodeBase64(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let length = 0;
  for (const code of text) {
    const value = code < 128 ? values[code]! : -1;
    if (value < 0) continue;
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (word >> bits) & 255;
  }
  return bytes.slice(0, length);
}
