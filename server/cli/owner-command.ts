import { InputError } from '../errors.ts';
import { askPassphrase } from './ask-passphrase.ts';
import { exportOwnerKey, importOwnerKey } from './move-owner-key.ts';
import { openOwnerKey } from './owner-key.ts';
import type { Settings } from './settings.ts';

/** `colophon owner`. */
export function runOwner(settings: Settings, json: boolean): void {
  const { address, file, created } = openOwnerKey(settings.folder, process.env['COLOPHON_OWNER_KEY']);
  const where = process.env['COLOPHON_OWNER_KEY'] === undefined ? file : 'from COLOPHON_OWNER_KEY';
  console.log(json ? JSON.stringify({ address, file, created }) : `${address}  (${where})`);
}

/** `colophon owner export FILE`. */
export async function runExportOwner(settings: Settings, file: string, json: boolean): Promise<void> {
  refuseWithEnvironment();
  const isTyped = process.stdin.isTTY === true;
  const address = await exportOwnerKey(settings.folder, file, askPassphrase, isTyped);
  if (json) console.log(JSON.stringify({ address, file }));
  else
    console.log(
      `The key of ${address} is in ${file}, encrypted. The console takes it under Register, Import a key.`,
    );
}

/** `colophon owner import FILE`. */
export async function runImportOwner(
  settings: Settings,
  file: string,
  options: { replace: boolean; json: boolean },
): Promise<void> {
  refuseWithEnvironment();
  const done = await importOwnerKey(settings.folder, file, options.replace, askPassphrase);
  if (options.json) console.log(JSON.stringify(done));
  else {
    const kept = done.keptIn === null ? '' : ` The key before it is kept in ${done.keptIn}.`;
    console.log(`The command line signs as ${done.address} now.${kept}`);
  }
}

function refuseWithEnvironment(): void {
  if (process.env['COLOPHON_OWNER_KEY'] !== undefined)
    throw new InputError('invalid_request', 'COLOPHON_OWNER_KEY takes the place of the stored key: unset it');
}
