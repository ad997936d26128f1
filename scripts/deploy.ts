/**
 * Deploys WorkRegistry and EvidenceLedger where they are not, and prints where they stand.
 *
 *   node scripts/deploy.ts --rpc URL --file ADDRESSES.json [--arbiter ADDRESS]
 *
 * The key comes from COLOPHON_SIGNER_KEY (0x + 64 hex digits), never from the command line, which other users see.
 * Running it again changes nothing.
 */
import { parseArgs } from 'node:util';
import { ensureContracts } from '../server/chain/ensure-contracts.ts';
import { isAddress } from '../server/domain/records/index.ts';
import { ColophonError } from '../server/errors.ts';

const { values } = parseArgs({
  options: { rpc: { type: 'string' }, file: { type: 'string' }, arbiter: { type: 'string' } },
});
const signerKey = process.env['COLOPHON_SIGNER_KEY'];
if (values.rpc === undefined || values.file === undefined || signerKey === undefined) {
  console.error(
    'usage: COLOPHON_SIGNER_KEY=0x… node scripts/deploy.ts --rpc URL --file ADDRESSES.json [--arbiter ADDRESS]',
  );
  process.exit(2);
}
if (values.arbiter !== undefined && !isAddress(values.arbiter)) {
  console.error(`--arbiter ${values.arbiter} is not an address`);
  process.exit(2);
}
try {
  const deployment = await ensureContracts({
    rpcUrl: values.rpc,
    file: values.file,
    signerKey: signerKey as `0x${string}`,
    ...(values.arbiter === undefined ? {} : { arbiter: values.arbiter }),
  });
  console.log(JSON.stringify(deployment, null, 2));
} catch (error) {
  if (!(error instanceof ColophonError)) throw error;
  console.error(`${error.message} (${error.code})`);
  process.exit(1);
}
