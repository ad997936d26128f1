/** The file in which an owner's key travels between the command line and the console: Web3 Secret Storage, version 3. */

/** 2^15 instead of the customary 2^17: about a second in JavaScript on a phone; the passphrase has a minimum length. */
export const KEYSTORE_SCRYPT = { N: 1 << 15, r: 8, p: 1 };

/** Shortest passphrase that is accepted for a new keystore. */
export const MIN_PASSPHRASE = 10;

/** The address a keystore names, in lower case, or null when the text is no keystore. */
export function keystoreAddress(keystore: string | null): `0x${string}` | null {
  if (keystore === null) return null;
  try {
    const { address } = JSON.parse(keystore) as { address?: unknown };
    const hex = typeof address === 'string' ? address.toLowerCase().replace(/^0x/, '') : '';
    return /^[0-9a-f]{40}$/.test(hex) ? `0x${hex}` : null;
  } catch {
    return null;
  }
}

/** The private key that a text is, with `0x`, or null when it is none. */
export function barePrivateKey(text: string): `0x${string}` | null {
  const hex = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text.trim())?.[1];
  return hex === undefined ? null : `0x${hex}`;
}
