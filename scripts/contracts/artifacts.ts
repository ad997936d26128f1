/** What the compiler made of the two contracts. Compiles first, so it is never stale. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import hre from 'hardhat';

/** Contracts that are deployed, in order of deployment. */
export const CONTRACT_NAMES = ['WorkRegistry', 'EvidenceLedger'] as const;
export type ContractName = (typeof CONTRACT_NAMES)[number];

export type ContractArtifact = {
  readonly abi: readonly unknown[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
};

export async function buildArtifacts(): Promise<Record<ContractName, ContractArtifact>> {
  await hre.tasks.getTask('build').run({ quiet: true });
  return {
    WorkRegistry: await hre.artifacts.readArtifact('WorkRegistry'),
    EvidenceLedger: await hre.artifacts.readArtifact('EvidenceLedger'),
  };
}

/** The compiler's own word on its version, from the build info behind an artifact. */
export async function compilerVersion(name: ContractName): Promise<string> {
  const buildInfoId = await hre.artifacts.getBuildInfoId(name);
  if (buildInfoId === undefined) throw new Error(`${name} has no build info`);
  const path = await hre.artifacts.getBuildInfoPath(buildInfoId);
  if (path === undefined || !existsSync(path)) throw new Error(`no build info at ${String(path)}`);
  const buildInfo = JSON.parse(await readFile(path, 'utf8')) as { solcLongVersion: string };
  return buildInfo.solcLongVersion;
}

/** Absolute path of a file named relative to the repository's root. */
export function repositoryPath(...parts: string[]): string {
  return join(hre.config.paths.root, ...parts);
}
