import type { Fees } from './chain-writer.ts';

/** Nodes take a replacement only for at least 10 % more on both fees; one per cent more outlives their rounding. */
const BUMP_PERCENT = 111n;

/** The fees of a replacement: 11 % above the last ones, or what the network asks now where that is more. */
export function bumpFees(last: Fees, suggested: Fees): Fees {
  return {
    maxFeePerGas: larger(last.maxFeePerGas, suggested.maxFeePerGas),
    maxPriorityFeePerGas: larger(last.maxPriorityFeePerGas, suggested.maxPriorityFeePerGas),
  };
}

function larger(last: string, suggested: string): string {
  const raised = (BigInt(last) * BUMP_PERCENT + 99n) / 100n; // rounded up, so that 1 wei becomes 2
  const wanted = BigInt(suggested);
  return (raised > wanted ? raised : wanted).toString();
}
