import { loadSettings, type Settings } from './settings.ts';

/**
 * A command line to go on with, as it can be typed: with `--url` where this call was given one that the next would not know.
 * `env` is that of the next call.
 */
export function nextCommand(
  settings: Pick<Settings, 'url'>,
  words: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const url = loadSettings({}, env).url === settings.url ? '' : `--url ${settings.url} `;
  return `npx colophon ${url}${words}`;
}
