import { copyFileSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encryptKeystoreJsonSync, Wallet } from 'ethers';
import { barePrivateKey, KEYSTORE_SCRYPT, keystoreAddress, MIN_PASSPHRASE } from '../domain/records/index.ts';
import { InputError } from '../errors.ts';

/** Asks for a passphrase; `question` says for what. */
export type AskPassphrase = (question: string) => Promise<string>;

/**
 * Writes the owner's key, encrypted under a passphrase, into a new file that the user alone can read: a backup, and the
 * way into the console. Gives the address. What is typed unseen (`isTyped`) is asked for twice. Throws `InputError` when
 * there is no key, the file exists, or the passphrase is too short or not the same the second time.
 */
export async function exportOwnerKey(
  folder: string,
  file: string,
  ask: AskPassphrase,
  isTyped: boolean,
): Promise<string> {
  const wallet = readStored(folder);
  if (wallet === null) refuse(`there is no owner key in ${folder} yet: \`npx colophon owner\` makes one`);
  const passphrase = await ask(`Passphrase for ${file}, at least ${MIN_PASSPHRASE} characters: `);
  if (passphrase.length < MIN_PASSPHRASE) refuse(`a passphrase has at least ${MIN_PASSPHRASE} characters`);
  if (isTyped && (await ask('The same again: ')) !== passphrase)
    refuse('the two passphrases are not the same: nothing was written');
  const { address, privateKey } = wallet;
  const keystore = encryptKeystoreJsonSync({ address, privateKey }, passphrase, { scrypt: KEYSTORE_SCRYPT });
  try {
    writeFileSync(file, `${keystore}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    throw new InputError('invalid_request', `${file} cannot be written (${codeOf(cause)})`, { cause });
  }
  return address.toLowerCase();
}

/** What an import did. */
export interface ImportedKey {
  readonly address: string;
  /** Where the key that was there before is kept; null when there was none, or it was the same. */
  readonly keptIn: string | null;
}

/**
 * Makes the key of a file the owner's key: a keystore as the console saves it, or a private key in hex. Another key that
 * is there is kept beside it, and only replaced when `replace` says so. Throws `InputError` when the file is neither, the
 * passphrase does not open it, a key would be replaced unasked, or the key cannot be written.
 */
export async function importOwnerKey(
  folder: string,
  file: string,
  replace: boolean,
  ask: AskPassphrase,
): Promise<ImportedKey> {
  const before = readStored(folder);
  const wallet = await openFile(file, ask);
  const address = wallet.address.toLowerCase();
  if (before?.address === wallet.address) return { address, keptIn: null };
  const place = join(folder, 'owner-key');
  if (before !== null && !replace) {
    refuse(
      `the command line owns works as ${before.address.toLowerCase()} already: with --replace it signs as ${address}, and keeps the other key beside it`,
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keptIn = before === null ? null : `${place}.${before.address.toLowerCase()}`;
  if (keptIn === null) writeSecret(place, wallet.privateKey);
  else replaceSecret(place, wallet.privateKey, keptIn);
  return { address, keptIn };
}

/** Puts another key in the place of one, which is kept: at every moment there is a whole key in the place. */
function replaceSecret(place: string, secret: string, keptIn: string): void {
  const fresh = `${place}.new`;
  rmSync(fresh, { force: true });
  writeSecret(fresh, secret);
  // Named after its address: what is there already is the same key.
  rmSync(keptIn, { force: true });
  try {
    linkSync(place, keptIn);
  } catch {
    // Not every file system has links.
    copyFileSync(place, keptIn);
  }
  renameSync(fresh, place);
}

function writeSecret(file: string, secret: string): void {
  try {
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (cause) {
    throw new InputError('invalid_request', `${file} cannot be written (${codeOf(cause)})`, { cause });
  }
}

function readStored(folder: string): Wallet | null {
  const place = join(folder, 'owner-key');
  let text: string;
  try {
    text = readFileSync(place, 'utf8');
  } catch {
    return null;
  }
  return openBare(text) ?? refuse(`${place} does not hold a private key (0x + 64 hex digits)`);
}

async function openFile(file: string, ask: AskPassphrase): Promise<Wallet> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new InputError('invalid_request', `${file} cannot be read (${codeOf(cause)})`, { cause });
  }
  const bare = openBare(text);
  if (bare !== null) return bare;
  if (keystoreAddress(text) === null)
    refuse(`${file} is neither a keystore (the console’s “Save a backup”) nor a private key`);
  const passphrase = await ask(`Passphrase of ${file}: `);
  try {
    return new Wallet(Wallet.fromEncryptedJsonSync(text, passphrase).privateKey);
  } catch (cause) {
    throw new InputError('invalid_request', `the passphrase does not open ${file}`, { cause });
  }
}

function openBare(text: string): Wallet | null {
  const bare = barePrivateKey(text);
  if (bare === null) return null;
  try {
    return new Wallet(bare);
  } catch {
    // Not every number of 256 bits is a key. The message of ethers would repeat it.
    return null;
  }
}

function refuse(detail: string): never {
  throw new InputError('invalid_request', detail);
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
