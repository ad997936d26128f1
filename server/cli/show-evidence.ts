import type { Evidence } from '../domain/evidence.ts';
import { describeFinality, describeState } from '../domain/state-words.ts';
import { printable, style, table } from './output.ts';

/** Evidence for a person: where it stands, what it claims, and the command that comes next. */
export function describeEvidence(evidence: Evidence, title?: string): string {
  const { id, workId, problem, sourceUrl, statement, accused, hammingDistance } = evidence;
  const work = title === undefined ? workId : `${printable(title)}  ${workId}`;
  const rows: [string, string | null][] = [
    ['state', whereItStands(evidence)],
    ['problem', problem && `${problem.detail} (${problem.code})`],
    ['work', work],
    ['match', `${(evidence.match.probability * 100).toFixed(1)} % probability in ${evidence.checkId}`],
    [
      'codes',
      `${hammingDistance} of 256 bits differ between the parts that the claim names: that is what the proof shows`,
    ],
    ['found at', sourceUrl && printable(sourceUrl)],
    ['statement', statement && printable(statement)],
    ['accused', accused],
  ];
  const shown = rows.filter((row): row is [string, string] => row[1] !== null);
  const next = nextStep(evidence);
  return [style('bold', id), table(shown.map((row) => ['', ...row])), ...(next ? ['', next] : [])].join('\n');
}

function whereItStands({ state, blockNumber, blockTime, finalized }: Evidence): string {
  const words = describeState(state);
  if (blockNumber === null) return words;
  const time = blockTime === null ? '' : ` of ${new Date(blockTime * 1000).toISOString()}`;
  return `${words} in block ${blockNumber}${time}, ${describeFinality(finalized)}`;
}

/** What to do with evidence: its proof exists once it stands on the chain. */
function nextStep({ id, state }: Evidence): string | null {
  if (state === 'failed') return null;
  const proof = `npx colophon proof ${id} evidence.json`;
  return state === 'anchored'
    ? `Next: ${proof}`
    : `Next: npx colophon evidence ${id}, until it is anchored, then ${proof}`;
}
