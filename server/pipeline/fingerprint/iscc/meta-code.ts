import { blake3 } from '@noble/hashes/blake3.js';
import { cleanText, collapseText, joinLines, trimText } from './clean-text.ts';
import { simHash } from './sim-hash.ts';

const NAME_BYTES = 128;
const DESCRIPTION_BYTES = 4096;
const GRAM = 3;

/**
 * Body of a Meta-Code (ISO 24138, 5.1): 256 bits over the characters of a title; with a description 256 bits that
 * hold both in turns of 32. Null when nothing is left of the title.
 */
export function metaCode(title: string, description = ''): Uint8Array | null {
  const name = trimText(joinLines(cleanText(title)), NAME_BYTES);
  if (name === '') return null;
  const ofName = hashGrams(name);
  const about = trimText(cleanText(description), DESCRIPTION_BYTES);
  if (about === '') return ofName;
  const ofAbout = hashGrams(about);
  const body = new Uint8Array(32);
  for (let part = 0; part < 4; part++) {
    body.set(ofName.subarray(4 * part, 4 * part + 4), 8 * part);
    body.set(ofAbout.subarray(4 * part, 4 * part + 4), 8 * part + 4);
  }
  return body;
}

function hashGrams(text: string): Uint8Array {
  const characters = [...collapseText(text)];
  const encoder = new TextEncoder();
  const digests: Uint8Array[] = [];
  for (let i = 0; i === 0 || i + GRAM <= characters.length; i++) {
    digests.push(blake3(encoder.encode(characters.slice(i, i + GRAM).join(''))));
  }
  return simHash(digests);
}
