import { loadSettings, type Settings } from './settings.ts';

/**
 * A command line to go on with, as it can be typed: with `--url` where this call was given one that the next would not know, and a place for
 * the key where it was given that. `env` is that of the next call.
 */
export function nextCommand(
  settings: Pick<Settings, 'url' | 'apiKey'>,
  words: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const known = loadSettings({}, env);
  const url = known.url === settings.url ? '' : `--url ${settings.url} `;
  const key = known.apiKey === settings.apiKey ? '' : '--api-key KEY ';
  return `npx colophon ${url}${key}${words}`;
}
