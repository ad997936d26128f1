import { Command, Option } from 'commander';
import { ColophonError, InputError } from '../errors.ts';
import { ApiClient, ApiProblem } from './api-client.ts';
import { EXIT } from './exit-codes.ts';
import { style } from './output.ts';
import { loadSettings, requireApiKey, type SettingFlags, saveSettings } from './settings.ts';

/** Flags of every command. */
type Global = SettingFlags & { readonly json?: boolean };

// What a command is made of is loaded when it is called: the keys of owners, models and readers of media take a second.
const loadCommands = () => import('./commands.ts');
const loadRegister = () => import('./register-command.ts');
const loadOwner = () => import('./owner-command.ts');

const addressOf = async ({ folder }: { folder: string }) =>
  (await import('./owner-key.ts')).findOwnerAddress(folder, process.env['COLOPHON_OWNER_KEY']);

const program = new Command('colophon')
  .description('Register works, find copies, verify proofs.')
  .option('--url <url>', 'the service (default http://127.0.0.1:7700, or COLOPHON_URL)')
  .option('--api-key <key>', 'API key (default: colophon login, or COLOPHON_API_KEY)')
  .option('--json', 'print JSON, one document per command')
  .showHelpAfterError('(colophon --help shows the commands)')
  .exitOverride();

function context(command: Command): {
  client: ApiClient;
  json: boolean;
  settings: ReturnType<typeof loadSettings>;
} {
  const flags = command.optsWithGlobals<Global>();
  const settings = loadSettings(flags);
  return { client: new ApiClient(settings), json: flags.json === true, settings };
}

program
  .command('login')
  .description('remember the URL and the API key given with --url and --api-key')
  .action(async (_options, command: Command) => {
    const { client, settings } = context(command);
    requireApiKey(settings);
    const me = await client.get<{ name: string; role: string }>('/v1/me');
    console.log(`${me.name} (${me.role}) at ${settings.url}, saved in ${saveSettings(settings)}`);
  });

const owner = program
  .command('owner')
  .description('show the address that your works are signed as, or move its key to the console and back');
owner
  .command('show', { isDefault: true })
  .description('show the address of the key that owns your works (made at first use)')
  .action(async (_options, command: Command) => {
    const { json, settings } = context(command);
    const { runOwner } = await loadOwner();
    runOwner(settings, json);
  });
owner
  .command('export')
  .description('save the key, encrypted under a passphrase, for the console or as a backup')
  .argument('<file>', 'a new file')
  .action(async (file: string, _options, command: Command) => {
    const { json, settings } = context(command);
    const { runExportOwner } = await loadOwner();
    await runExportOwner(settings, file, json);
  });
owner
  .command('import')
  .description('sign with the key of a backup (the console’s, or your own) from now on')
  .argument('<file>', 'a keystore in JSON, or a private key in hex')
  .option('--replace', 'in place of the key that is here, which is kept beside it')
  .action(async (file: string, options: { replace?: boolean }, command: Command) => {
    const { json, settings } = context(command);
    const { runImportOwner } = await loadOwner();
    await runImportOwner(settings, file, { replace: options.replace === true, json });
  });

program
  .command('register')
  .description('register files, folders or patterns as your works')
  .argument('<files...>')
  .addOption(
    new Option('--lane <lane>', 'how it reaches the chain').choices(['batch', 'record']).default('batch'),
  )
  .option('--title <title>', 'title (one file only; default: the file name)')
  .option('--wait <seconds>', 'wait so long for the anchoring of each work', '0')
  .action(
    async (
      files: string[],
      options: { lane: 'batch' | 'record'; title?: string; wait: string },
      command: Command,
    ) => {
      const { client, json, settings } = context(command);
      requireApiKey(settings);
      const { runRegister } = await loadRegister();
      process.exitCode = await runRegister(client, settings, files, { ...options, json });
    },
  );

program
  .command('check')
  .description('check files, folders or patterns against the registry')
  .argument('<files...>')
  .option(
    '--exit-code',
    `exit with ${EXIT.false} when a copy is found (not for what a person should look at)`,
  )
  .addHelpText(
    'after',
    `
Exit codes:
  ${EXIT.ok}  every file was checked
  ${EXIT.false}  with --exit-code: a copy was found, whatever became of the other files
  ${EXIT.badInput}  the call is not acceptable: an option, the API key, a name of no file
  ${EXIT.unknown}  something failed beside the files, here or in the service
  ${EXIT.incomplete}  a file was refused, or failed for want of an answer too: nothing is known of it`,
  )
  .action(async (files: string[], options: { exitCode?: boolean }, command: Command) => {
    const { client, json, settings } = context(command);
    requireApiKey(settings);
    const { runCheck } = await loadCommands();
    process.exitCode = await runCheck(client, files, { json, exitCode: options.exitCode === true });
  });

program
  .command('works')
  .description('list works, or show one')
  .argument('[id]')
  .option('--limit <n>', 'how many', '20')
  .option('--mine', 'only those of your own key (colophon owner)')
  .action(async (id: string | undefined, options: { limit: string; mine?: boolean }, command: Command) => {
    const { client, json, settings } = context(command);
    const { listWorks, showWork } = await import('./works.ts');
    if (id !== undefined) await showWork(client, id, json);
    else await listWorks(client, options.limit, json, options.mine ? await addressOf(settings) : undefined);
  });

const evidence = program.command('evidence').description('list evidence, show one, or file it from a check');
evidence
  .command('list', { isDefault: true })
  .argument('[id]')
  .action(async (id: string | undefined, _options, command: Command) => {
    const { client, json } = context(command);
    const { runEvidence } = await loadCommands();
    await runEvidence(client, id, json);
  });
evidence
  .command('file')
  .description('file evidence from a match of a check')
  .argument('<check-id>')
  .option('--match <index>', 'which match of the check', '0')
  .option('--source-url <url>', 'where the copy was found')
  .option('--statement <text>', 'what you state about it')
  .option('--accused <address>', 'address of the accused, if known')
  .action(async (checkId: string, options: Record<string, string>, command: Command) => {
    const { client, json } = context(command);
    const { runFileEvidence } = await loadCommands();
    await runFileEvidence(client, checkId, options, json);
  });

program
  .command('proof')
  .description('save the proof bundle of a work or of evidence')
  .argument('<id>', 'work_… or evidence_…')
  .argument('[file]', 'where to (default: standard output)')
  .action(async (id: string, file: string | undefined, _options, command: Command) => {
    const { client } = context(command);
    const kind = /^(work|evidence)_/.exec(id)?.[1];
    if (kind === undefined) throw new InputError('invalid_request', `not an id of a work or evidence: ${id}`);
    const bundle = await client.get<unknown>(`/v1/${kind === 'work' ? 'works' : 'evidence'}/${id}/proof`);
    const text = `${JSON.stringify(bundle, null, 2)}\n`;
    if (file === undefined) process.stdout.write(text);
    else {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(file, text).catch((cause: NodeJS.ErrnoException) => {
        throw new InputError('invalid_request', `${file} cannot be written (${cause.code})`, { cause });
      });
      console.log(`${file}: ${(text.length / 1024).toFixed(0)} KiB`);
    }
  });

program
  .command('verify')
  .description('verify a proof bundle without trusting the service')
  .argument('<bundle>', 'the JSON file')
  .option('--file <original>', 'the registered file: its digest and fingerprint are recomputed')
  .option('--suspect <file>', 'the suspected copy (evidence bundles)')
  .option('--rpc <url>', 'a chain node that you trust; without it the claims about the chain stay unknown')
  .option('--registry <address>', 'the WorkRegistry that you expect (else the bundle names it)')
  .option('--ledger <address>', 'the EvidenceLedger that you expect (else the bundle names it)')
  .action(async (bundle: string, options: Record<string, string>, command: Command) => {
    const { runVerify } = await import('./verify.ts');
    process.exitCode = await runVerify(bundle, options, command.optsWithGlobals<Global>().json === true);
  });

const keys = program.command('keys').description('list API keys, make one, or revoke one (admins)');
keys.command('list', { isDefault: true }).action(async (_options, command: Command) => {
  const { client, json } = context(command);
  const { listKeys } = await import('./keys.ts');
  await listKeys(client, json);
});
keys
  .command('add')
  .description('make a key for somebody; its secret is shown once')
  .argument('<name>', 'who it is for')
  .option('--role <role>', 'creator, platform, auditor or admin', 'creator')
  .action(async (name: string, { role }: { role: string }, command: Command) => {
    const { client, json } = context(command);
    const { addKey } = await import('./keys.ts');
    await addKey(client, name, role, json);
  });
keys
  .command('revoke')
  .description('make a key nobody’s, from its next request on')
  .argument('<id>', 'key_…')
  .action(async (id: string, _options, command: Command) => {
    const { client, json } = context(command);
    const { revokeKey } = await import('./keys.ts');
    await revokeKey(client, id, json);
  });

program
  .command('fsck')
  .description('re-derive every digest, Merkle path and on-chain time from the raw data')
  .option('--deep', 'also make every fingerprint again from its file (as slow as registering was)')
  .action(async (options: { deep?: boolean }, command: Command) => {
    const { client, json, settings } = context(command);
    requireApiKey(settings);
    const { runFsck } = await import('./fsck.ts');
    process.exitCode = await runFsck(client, { deep: options.deep === true, json });
  });

program
  .command('doctor')
  .description('look at this machine and the service for what stands in the way')
  .action(async (_options, command: Command) => {
    const { client, json, settings } = context(command);
    const { runDoctor } = await loadCommands();
    process.exitCode = await runDoctor(client, settings, json);
  });

/** Says what went wrong in one or two lines and picks the exit code. */
function report(error: unknown): number {
  const json = process.argv.includes('--json');
  const say = (code: string, detail: string, extra: Record<string, unknown> = {}) => {
    if (json) console.log(JSON.stringify({ error: { code, detail, ...extra } }));
    else console.error(`${style('red', 'colophon:')} ${detail} ${style('dim', `(${code})`)}`);
  };
  if (error instanceof ApiProblem) {
    say(error.code, error.detail, error.location === null ? {} : { location: error.location });
    return error.status >= 500 ? EXIT.unknown : EXIT.badInput;
  }
  if (error instanceof ColophonError) {
    say(error.code, error.message);
    return error.status >= 500 ? EXIT.unknown : EXIT.badInput;
  }
  if (error instanceof Error && 'exitCode' in error && 'code' in error) {
    // commander has printed its own words already; help and version end well.
    return (error as { exitCode: number }).exitCode === 0 ? EXIT.ok : EXIT.badInput;
  }
  say('internal', error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.unknown;
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
