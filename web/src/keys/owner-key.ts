/**
 * The owner's key. It never leaves this browser unencrypted: at rest it is a standard encrypted keystore (Web3
 * Secret Storage, so that other wallets can open the exported file), and while unlocked it stays in memory only.
 * A wallet extension (`window.ethereum`) may take its place.
 */
import type { BaseWallet } from 'ethers';
import {
  barePrivateKey,
  KEYSTORE_SCRYPT,
  keystoreAddress,
  type TypedData,
} from '../../../server/domain/records/index.ts';
import { Problem } from '../api/problem.ts';
import { createStore } from '../store.ts';
import { askExtension, signWithExtension } from './extension.ts';

const SLOT = 'colophon.owner-keystore';

/** What the browser holds. `unlocked` means that it can sign now. */
export type OwnerKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'browser'; readonly address: `0x${string}`; readonly unlocked: boolean }
  | { readonly kind: 'extension'; readonly address: `0x${string}`; readonly unlocked: true };

let wallet: BaseWallet | null = null;

/** The owner's key as the components see it. */
export const ownerKey = createStore<OwnerKey>(restore());

function restore(): OwnerKey {
  const address = keystoreAddress(localStorage.getItem(SLOT));
  return address === null ? { kind: 'none' } : { kind: 'browser', address, unlocked: false };
}

/** Makes a new key, encrypts it and keeps it in this browser, unlocked. */
export async function createKey(passphrase: string, onProgress: (share: number) => void): Promise<void> {
  const { Wallet } = await import('ethers');
  await keep(new Wallet(Wallet.createRandom().privateKey), passphrase, onProgress);
}

/** Takes over a key: an encrypted keystore with its passphrase, or a bare private key, which is then encrypted. */
export async function importKey(
  text: string,
  passphrase: string,
  onProgress: (share: number) => void,
): Promise<void> {
  const { Wallet } = await import('ethers');
  const trimmed = text.trim();
  const bare = barePrivateKey(trimmed);
  if (bare !== null) {
    await keep(new Wallet(bare), passphrase, onProgress);
    return;
  }
  if (keystoreAddress(trimmed) === null)
    throw new Error('This is neither a keystore file nor a private key.');
  wallet = await open(trimmed, passphrase, onProgress);
  localStorage.setItem(SLOT, trimmed);
  publish();
}

async function keep(
  fresh: BaseWallet,
  passphrase: string,
  onProgress: (share: number) => void,
): Promise<void> {
  const { encryptKeystoreJson } = await import('ethers');
  const account = { address: fresh.address, privateKey: fresh.privateKey };
  const keystore = await encryptKeystoreJson(account, passphrase, {
    scrypt: KEYSTORE_SCRYPT,
    progressCallback: onProgress,
  });
  localStorage.setItem(SLOT, keystore);
  wallet = fresh;
  publish();
}

async function open(
  keystore: string,
  passphrase: string,
  onProgress: (share: number) => void,
): Promise<BaseWallet> {
  const { Wallet } = await import('ethers');
  try {
    return await Wallet.fromEncryptedJson(keystore, passphrase, onProgress);
  } catch (error) {
    throw new Error('The passphrase does not open this key.', { cause: error });
  }
}

/** Opens the stored key for this visit. */
export async function unlockKey(passphrase: string, onProgress: (share: number) => void): Promise<void> {
  const keystore = localStorage.getItem(SLOT);
  if (keystore === null) throw new Error('No key is stored in this browser.');
  wallet = await open(keystore, passphrase, onProgress);
  publish();
}

/** Makes an account of the wallet extension the owner's key of this visit. */
export async function connectExtension(): Promise<void> {
  ownerKey.set({ kind: 'extension', address: await askExtension(), unlocked: true });
}

/** Forgets the opened key; the encrypted one stays. */
export function lockKey(): void {
  wallet = null;
  ownerKey.set(restore());
}

/** Removes the key from this browser for good. */
export function forgetKey(): void {
  localStorage.removeItem(SLOT);
  lockKey();
}

/** The encrypted keystore, for a backup. */
export function exportKey(): string | null {
  return localStorage.getItem(SLOT);
}

function publish(): void {
  if (wallet)
    ownerKey.set({ kind: 'browser', address: wallet.address.toLowerCase() as `0x${string}`, unlocked: true });
}

/** The owner's EIP-712 signature over a question that `checkSigningRequest` built. Throws the `Problem` `key_locked`. */
export async function signQuestion(asked: TypedData<object>): Promise<string> {
  const key = ownerKey.get();
  if (key.kind === 'extension') {
    return signWithExtension(key.address, asked);
  }
  if (wallet === null) {
    const detail = 'Enter its passphrase first.';
    throw new Problem({ code: 'key_locked', title: 'The key is locked', detail });
  }
  const mutable = Object.fromEntries(
    Object.entries(asked.types).map(([name, fields]) => [name, fields.map((field) => ({ ...field }))]),
  );
  return wallet.signTypedData({ ...asked.domain }, mutable, { ...asked.message });
}
