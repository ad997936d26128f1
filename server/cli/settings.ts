import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { AccessError, InputError } from '../errors.ts';

/** Where the command line finds the service and who it is there. */
export interface Settings {
  /** Base URL without a trailing slash, e.g. `http://127.0.0.1:7700`. */
  readonly url: string;
  /** API key, or null when none is known. */
  readonly apiKey: string | null;
  /** Folder of the owner's key and of `settings.json`. */
  readonly folder: string;
}

/** What the user gave on the command line; it wins over the environment, which wins over the file. */
export interface SettingFlags {
  readonly url?: string | undefined;
  readonly apiKey?: string | undefined;
}

const DEFAULT_URL = 'http://127.0.0.1:7700';

/** Folder of the user's settings: `COLOPHON_HOME`, else the XDG place (~/.config/colophon). */
export function settingsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['COLOPHON_HOME'] ?? join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'colophon');
}

function readSaved(folder: string): { url?: string; apiKey?: string } {
  const file = join(folder, 'settings.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  try {
    return JSON.parse(text) as { url?: string; apiKey?: string };
  } catch (cause) {
    throw new InputError('invalid_request', `${file} is not JSON; mend or delete it`, { cause });
  }
}

/** Resolves the settings. Throws `InputError` when the URL is not http(s) or the saved file is broken. */
export function loadSettings(flags: SettingFlags, env: NodeJS.ProcessEnv = process.env): Settings {
  const folder = settingsFolder(env);
  const saved = readSaved(folder);
  const url = flags.url ?? env['COLOPHON_URL'] ?? saved.url ?? DEFAULT_URL;
  if (!/^https?:\/\/[^/]+/.test(url)) throw new InputError('invalid_request', `not an http(s) URL: ${url}`);
  return {
    url: url.replace(/\/+$/, ''),
    apiKey: flags.apiKey ?? env['COLOPHON_API_KEY'] ?? saved.apiKey ?? null,
    folder,
  };
}

/** Remembers URL and API key for later calls; the file is readable by the user only. */
export function saveSettings(settings: Settings): string {
  const file = join(settings.folder, 'settings.json');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify({ url: settings.url, apiKey: settings.apiKey }, null, 2)}\n`, {
    mode: 0o600,
  });
  return file;
}

/** The API key, or a message that says how to get one. */
export function requireApiKey(settings: Settings): string {
  if (settings.apiKey !== null) return settings.apiKey;
  throw new AccessError(
    'missing_key',
    'no API key: `npx colophon login --api-key KEY` once (npm start prints the first one), or set COLOPHON_API_KEY',
  );
}
