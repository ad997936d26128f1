import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import type { AskedToSign, TypedData } from '../domain/records/index.ts';
import { InputError } from '../errors.ts';

/** The key that owns works. It never leaves this machine: only signatures do. */
export interface OwnerKey {
  readonly address: `0x${string}`;
  readonly file: string;
  /** Whether this call made it. */
  readonly created: boolean;
  /** EIP-712 signature over a question that `checkSigningRequest` built. */
  sign(question: TypedData<object>): Promise<`0x${string}`>;
}

/** `GET /v1/works/:id/signing-request`. */
export type SigningRequest = AskedToSign;

/**
 * Opens the owner's key in the settings folder (`owner-key`, mode 0600), making one at first use; `privateKey`
 * (from `COLOPHON_OWNER_KEY`) takes its place. Throws `InputError` when it is not 32 bytes of hex.
 */
export function openOwnerKey(folder: string, privateKey: string | undefined): OwnerKey {
  const file = join(folder, 'owner-key');
  let secret = privateKey ?? readIfThere(file);
  const created = secret === null;
  if (secret === null) {
    secret = Wallet.createRandom().privateKey;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // `wx`: two first calls at once must not overwrite each other's key.
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  }
  const wallet = openWallet(secret.trim(), privateKey === undefined ? file : 'COLOPHON_OWNER_KEY');
  return {
    address: wallet.address.toLowerCase() as `0x${string}`,
    file,
    created,
    sign: async ({ domain, types, message }) => {
      const mutable = Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]));
      return (await wallet.signTypedData(domain, mutable, { ...message })) as `0x${string}`;
    },
  };
}

/** The address of that key; null where there is none yet. Makes none. Throws as `openOwnerKey` does. */
export function findOwnerAddress(folder: string, privateKey: string | undefined): `0x${string}` | null {
  const file = join(folder, 'owner-key');
  return privateKey === undefined && readIfThere(file) === null
    ? null
    : openOwnerKey(folder, privateKey).address;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function openWallet(secret: string, where: string): Wallet {
  try {
    return new Wallet(secret);
  } catch (cause) {
    // The message of ethers would repeat the secret.
    throw new InputError('invalid_request', `${where} does not hold a private key (0x + 64 hex digits)`, {
      cause,
    });
  }
}
