import { recoverAddress } from 'ethers';
import type { Digest } from '../../domain/digest.ts';
import type { Address } from '../../domain/records/index.ts';

const SIGNATURE = /^0x[0-9a-fA-F]{130}$/;
/** Half the order of secp256k1. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * The address whose key made a 65-byte ECDSA signature (r, s, v) over a digest; `null` when there is none.
 * Like OpenZeppelin's ECDSA it takes only the low `s` and v = 27 or 28: the mirrored signature is not a second one.
 */
export function recoverSigner(digest: Digest, signature: string): Address | null {
  if (!SIGNATURE.test(signature)) return null;
  const v = Number.parseInt(signature.slice(130), 16);
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  if ((v !== 27 && v !== 28) || s > HALF_ORDER) return null;
  try {
    return recoverAddress(digest, signature).toLowerCase() as Address;
  } catch {
    return null; // r or s out of range, or no point for them: nobody's signature
  }
}
