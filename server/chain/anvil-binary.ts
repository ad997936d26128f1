import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UpstreamError } from '../errors.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * The native anvil of this platform, out of its npm package. Not the package's `anvil` command: that is a Node
 * wrapper, and killing it leaves the node itself running. Throws `UpstreamError('chain_unavailable')`.
 */
export function anvilBinary(
  platform: string = process.platform,
  architecture: string = process.arch,
): string {
  const name = `@foundry-rs/anvil-${platform}-${ARCHITECTURES[architecture] ?? architecture}`;
  try {
    // From the wrapper's place: npm may have put the optional package beside it or inside of it.
    const wrapper = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json');
    const folder = dirname(createRequire(wrapper).resolve(`${name}/package.json`));
    const binary = join(folder, 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil');
    if (existsSync(binary)) return binary;
  } catch {
    // Said below.
  }
  throw new UpstreamError(
    'chain_unavailable',
    `the local chain needs the npm package ${name}; set an RPC URL or install it`,
  );
}
