// Text in byte fields.
import { getTextEncoding } from '@bufbuild/protobuf/wire';

export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return getTextEncoding().encodeUtf8(text);
}

/** Bytes that are not UTF-8 become U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return getTextEncoding().decodeUtf8(bytes);
}
