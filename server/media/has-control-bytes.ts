/**
 * Whether bytes hold what no text in letters of one byte does: control characters other than white space. Many formats
 * are told by a word at their start, and "MAC addresses …" or "The free …" is no media.
 */
export function hasControlBytes(head: Uint8Array): boolean {
  return head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20));
}
