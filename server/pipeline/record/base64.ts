/** Base64 of bytes or int8 values. `btoa` and not `Buffer`, because browsers run this too. */
export function toBase64(values: Uint8Array | Int8Array): string {
  const parts: string[] = [];
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  // In pieces: `String.fromCharCode(...bytes)` overflows the stack on large input.
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return btoa(parts.join(''));
}

/** The bytes of base64. Throws `RangeError` on text that `toBase64` would not have written. */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new RangeError('not base64', { cause });
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  if (toBase64(bytes) !== text) throw new RangeError('not canonical base64');
  return bytes;
}
