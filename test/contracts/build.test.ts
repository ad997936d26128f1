/** What was compiled, by what, and at what cost. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import hre from 'hardhat';
import {
  buildArtifacts,
  CONTRACT_NAMES,
  compilerVersion,
  repositoryPath,
} from '../../scripts/contracts/artifacts.ts';
import { measureBytecode, measureGas } from '../../scripts/contracts/measure.ts';
import * as ledger from '../../server/chain/contracts/evidence-ledger.ts';
import * as registry from '../../server/chain/contracts/work-registry.ts';

async function readSnapshot(name: string): Promise<unknown> {
  return JSON.parse(await readFile(repositoryPath('snapshots', name), 'utf8'));
}

describe('contracts as built', () => {
  it('were compiled by the version that the configuration names', async () => {
    // Hardhat believes `version` beside `path`, whatever the compiler at that path is.
    const { default: solc } = (await import('solc')) as unknown as { default: { version(): string } };
    const [configured] = hre.config.solidity.profiles.default!.compilers;
    for (const name of CONTRACT_NAMES) {
      const actual = await compilerVersion(name);
      assert.ok(actual.startsWith(`${configured!.version}+commit.`), `${actual} for ${configured!.version}`);
      assert.ok(solc.version().startsWith(actual));
    }
  });

  it('are what the service deploys', async () => {
    const artifacts = await buildArtifacts();
    const exported = { WorkRegistry: registry, EvidenceLedger: ledger };
    for (const name of CONTRACT_NAMES) {
      assert.equal(
        exported[name].bytecode,
        artifacts[name].bytecode,
        `${name}: run node scripts/contracts/export.ts`,
      );
      assert.deepEqual(exported[name].abi, artifacts[name].abi);
    }
  });

  it('have the size and bytecode of the snapshot', async () => {
    const measured = await measureBytecode();
    assert.deepEqual(measured, await readSnapshot('bytecode.json'));
    for (const name of CONTRACT_NAMES) assert.ok(measured[name].sizeBytes <= 24_576);
  });

  it('use the gas of the snapshot, within the goals', async () => {
    const gas = await measureGas();
    assert.deepEqual(gas, await readSnapshot('gas.json'));
    assert.ok(gas['registerBatch, 4096 works']! / 4096 <= 15);
    assert.ok(gas['registerFor, first of an owner']! <= 160_000);
  });
});
