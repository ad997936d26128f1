/** Wallet extensions, by EIP-1193. */
import type { TypedData } from '../../../server/domain/records/index.ts';

interface Extension {
  request(call: { method: string; params?: unknown[] }): Promise<unknown>;
}

function extension(): Extension | null {
  return (globalThis as { ethereum?: Extension }).ethereum ?? null;
}

/** Whether this browser has a wallet extension. */
export function hasExtension(): boolean {
  return extension() !== null;
}

/** Asks the extension for an account. */
export async function askExtension(): Promise<`0x${string}`> {
  const accounts = await extension()?.request({ method: 'eth_requestAccounts' });
  const first: unknown = Array.isArray(accounts) ? accounts[0] : null;
  if (typeof first !== 'string') throw new Error('The wallet named no account.');
  return first.toLowerCase() as `0x${string}`;
}

const DOMAIN_FIELDS = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
];

/** Asks the extension to sign; it shows the record to its user by itself. */
export async function signWithExtension(address: string, asked: TypedData<object>): Promise<string> {
  const { domain, primaryType, message } = asked;
  const typed = { domain, primaryType, message, types: { EIP712Domain: DOMAIN_FIELDS, ...asked.types } };
  const signature = await extension()?.request({
    method: 'eth_signTypedData_v4',
    params: [address, JSON.stringify(typed)],
  });
  if (typeof signature !== 'string') throw new Error('The wallet gave no signature.');
  return signature;
}
