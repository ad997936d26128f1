import { Interface } from 'ethers';
import { type ColophonError, ConflictError, InputError, type ProblemCode, UpstreamError } from '../errors.ts';
import { abi as ledgerAbi } from './contracts/evidence-ledger.ts';
import { abi as registryAbi } from './contracts/work-registry.ts';
import { RpcError } from './rpc.ts';

export const registryInterface = new Interface(registryAbi as never);
export const ledgerInterface = new Interface(ledgerAbi as never);

/** Contract errors with a code of their own in the catalogue; every other one is `chain_rejected`. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  SignatureExpired: 'signature_expired',
  InvalidSignature: 'invalid_signature',
  ContentAlreadyRegistered: 'already_registered',
};

/**
 * The problem behind a failed call: the contract's refusal by its name, or a node that cannot answer.
 * `extra.error` is the name of the contract's error, `extra.args` what it says.
 */
export function translateCallError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  const reverted = error.code === 3 || error.data !== null || /revert/i.test(error.message);
  if (!reverted) {
    return new UpstreamError('chain_unavailable', `the chain node failed: ${error.message}`, {
      cause: error,
    });
  }
  const parsed = parseRevert(error.data);
  if (parsed === null) return new InputError('chain_rejected', error.message, { cause: error });
  return refusal(parsed.name, parsed.args, error);
}

function refusal(name: string, args: readonly string[], cause: RpcError): ColophonError {
  const code = CODES[name] ?? 'chain_rejected';
  const detail = `the contract answers ${name}(${args.join(', ')})`;
  const options = { cause, extra: { error: name, args } };
  return code === 'already_registered'
    ? new ConflictError(code, detail, options)
    : new InputError(code, detail, options);
}

function parseRevert(data: string | null): { name: string; args: readonly string[] } | null {
  if (data === null) return null;
  for (const contract of [registryInterface, ledgerInterface]) {
    const parsed = contract.parseError(data);
    if (parsed !== null) return { name: parsed.name, args: parsed.args.map(String) };
  }
  return null;
}
