import { statfs } from 'node:fs/promises';
import { UpstreamError } from '../errors.ts';
import type { ApiClient } from './api-client.ts';
import type { Settings } from './settings.ts';

/** One thing looked at. `warn` = works, but the user should know. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

/** Loads a native package; the import is passed in, so that a broken binary is a finding and not a crash. */
export type NativeProbe = readonly [name: string, load: () => Promise<unknown>];

const LEAST_FREE_BYTES = 1 << 30;

/** Looks at this machine and at the service: what is needed to work, and what stands in the way. */
export async function examine(
  client: ApiClient,
  settings: Settings,
  probes: readonly NativeProbe[],
): Promise<Finding[]> {
  return [
    nodeVersion(),
    await freeSpace(),
    ...(await nativeParts(probes)),
    ...(await service(client, settings)),
  ];
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 22 || (major === 22 && minor >= 18);
  return {
    name: 'Node',
    status: ok ? 'ok' : 'fail',
    detail: `${process.version}${ok ? '' : ' (22.18 or newer is needed)'}`,
  };
}

async function freeSpace(): Promise<Finding> {
  const disk = await statfs(process.cwd());
  const free = disk.bavail * disk.bsize;
  const gib = (free / 2 ** 30).toFixed(1);
  return { name: 'disk', status: free > LEAST_FREE_BYTES ? 'ok' : 'warn', detail: `${gib} GiB free` };
}

async function nativeParts(probes: readonly NativeProbe[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, load] of probes) {
    try {
      await load();
      findings.push({ name, status: 'ok', detail: 'loads' });
    } catch (error) {
      const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      findings.push({
        name,
        status: 'fail',
        detail: `${detail}; run npm start once, it installs what is missing`,
      });
    }
  }
  return findings;
}

async function service(client: ApiClient, settings: Settings): Promise<Finding[]> {
  const findings: Finding[] = [];
  const ask = async <T>(name: string, path: string, tell: (body: T) => string) => {
    try {
      findings.push({ name, status: 'ok', detail: tell(await client.get<T>(path)) });
      return true;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      findings.push({ name, status: 'fail', detail });
      return !(error instanceof UpstreamError);
    }
  };
  if (!(await ask('service', '/healthz', () => settings.url))) return findings;
  await ask('ready', '/readyz', () => 'model, index and chain answer');
  await ask<{ chainId: number; registry: string; model: { name: string; version: string } }>(
    'registry',
    '/v1/registry',
    (body) => `chain ${body.chainId}, ${body.registry}, model ${body.model.name}@${body.model.version}`,
  );
  if (settings.apiKey === null)
    findings.push({ name: 'API key', status: 'warn', detail: 'none: `npx colophon login --api-key KEY`' });
  else
    await ask<{ role: string; name: string }>('API key', '/v1/me', (body) => `${body.name} (${body.role})`);
  return findings;
}
