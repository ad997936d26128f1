/**
 * Gas and bytecode of the contracts, against the committed snapshots.
 *
 *   node scripts/contracts/gas.ts           prints a table
 *   node scripts/contracts/gas.ts --check   and exits 1 when snapshots/ says otherwise
 *   node scripts/contracts/gas.ts --write   and writes snapshots/
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { repositoryPath } from './artifacts.ts';
import { measureBytecode, measureGas } from './measure.ts';

/** One attestation of 64 bytes on the Ethereum Attestation Service 1.4, measured with these compiler settings. */
const EAS_ATTESTATION_GAS = 223_040;
const SNAPSHOTS = {
  'snapshots/gas.json': await measureGas(),
  'snapshots/bytecode.json': await measureBytecode(),
};

for (const [name, gas] of Object.entries(SNAPSHOTS['snapshots/gas.json'])) {
  const works = Number(/(\d+) works$/.exec(name)?.[1] ?? 1);
  const perWork = works === 1 ? '' : `${(gas / works).toFixed(2)} a work`;
  const ofEas = `${((100 * gas) / works / EAS_ATTESTATION_GAS).toFixed(works === 1 ? 0 : 4)} % of EAS`;
  console.log([name.padEnd(36), String(gas).padStart(8), ofEas.padStart(18), perWork].join('  ').trimEnd());
}
console.log(['EAS attestation'.padEnd(36), String(EAS_ATTESTATION_GAS).padStart(8)].join('  '));
for (const [name, { sizeBytes }] of Object.entries(SNAPSHOTS['snapshots/bytecode.json'])) {
  console.log(`${name}: ${sizeBytes} bytes of at most 24576`);
}

for (const [relativePath, measured] of Object.entries(SNAPSHOTS)) {
  const path = repositoryPath(relativePath);
  const wanted = `${JSON.stringify(measured, null, 2)}\n`;
  if (process.argv.includes('--write')) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, wanted);
    console.log(`wrote ${relativePath}`);
  } else if (process.argv.includes('--check') && (await readFile(path, 'utf8').catch(() => '')) !== wanted) {
    console.error(
      `${relativePath} says otherwise; if that is meant, run node scripts/contracts/gas.ts --write`,
    );
    process.exitCode = 1;
  }
}
