import { glob, readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { describeLeftOut } from './describe-left-out.ts';

// What a folder is searched for. A file named outright is always tried, whatever it is called:
// the service looks at the bytes.
const EXTENSIONS =
  /\.(jpe?g|png|webp|gif|tiff?|avif|heic|heif|jxl|bmp|txt|md|markdown|x?html?|pdf|epub|mp4|m4v|mov|mkv|webm|avi|mpe?g|m2ts|flv|wmv|3gp|ogv|mp3|wav|flac|ogg|oga|opus|m4a|aac|aiff?|wma|amr)$/i;

/** Files to take, each once, and how many of each other suffix the folders hold (`''` = none; hidden files do not count). */
export interface FoundFiles {
  readonly files: readonly string[];
  readonly leftOut: ReadonlyMap<string, number>;
}

async function walk(folder: string, found: Set<string>, leftOut: Set<string>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    // A link to a file counts as one; links to folders may run in circles.
    const isFile = entry.isFile() || (entry.isSymbolicLink() && (await isLinkedFile(path)));
    if (entry.isDirectory()) await walk(path, found, leftOut);
    else if (isFile) (EXTENSIONS.test(entry.name) ? found : leftOut).add(path);
  }
}

async function isLinkedFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

/**
 * Expands files, folders (recursively, media files only) and glob patterns, in the order given, each file once.
 * Throws `InputError` for a name that exists nowhere, and where there is no file at all, so that neither is a silent "0 files".
 */
export async function findFiles(patterns: readonly string[]): Promise<FoundFiles> {
  const found = new Set<string>();
  const passed = new Set<string>();
  for (const pattern of patterns) {
    const stats = await stat(pattern).catch(() => null);
    if (stats?.isDirectory()) await walk(pattern, found, passed);
    else if (stats !== null) found.add(pattern);
    else {
      const before = found.size;
      const matches: string[] = [];
      for await (const path of glob(pattern)) matches.push(path);
      for (const path of matches.sort()) if ((await stat(path)).isFile()) found.add(path);
      if (found.size === before && matches.length === 0) {
        throw new InputError('invalid_request', `no such file, folder or pattern: ${pattern}`);
      }
    }
  }
  const leftOut = countSuffixes([...passed].filter((path) => !found.has(path)));
  // Nothing checked must not read as nothing found.
  if (found.size === 0 && patterns.length > 0) {
    const others = leftOut.size === 0 ? '' : `; ${describeLeftOut(leftOut)}`;
    throw new InputError('invalid_request', `no media files in ${patterns.join(', ')}${others}`);
  }
  return { files: [...found], leftOut };
}

function countSuffixes(paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const suffix = extname(path).toLowerCase();
    counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
  }
  return counts;
}
