import type { ProofBundle } from '../../../server/pipeline/prove/index.ts';
import type { ExpectedContracts } from '../verify/run-verification.ts';
import { Digest } from './digest-text.tsx';
import { Facts } from './facts.tsx';
import { FingerprintMark } from './fingerprint-mark.tsx';
import { formatTime } from './format.ts';

/** What the bundle says, before anything of it is checked. */
export function BundleSummary(props: { bundle: ProofBundle; expected: ExpectedContracts | null }) {
  const { bundle, expected } = props;
  const { work, evidence, chain } = bundle;
  return (
    <section className="section" aria-labelledby="says">
      <h2 id="says">What the proof says</h2>
      <div className="split">
        <Facts
          of={[
            ['Owner', <Digest key="owner" value={work.record.owner} />],
            [
              'File',
              <Digest key="file" value={work.record.contentHash} />,
              `SHA-256, ${work.record.mediaType}`,
            ],
            ['On record since', formatTime(work.anchor.blockTime)],
            evidence && [
              'Copied by',
              <Digest key="suspect" value={evidence.claim.suspectHash} />,
              'SHA-256 of the copy',
            ],
            evidence && ['Claimed at', formatTime(evidence.anchor.blockTime)],
            [
              'Contracts',
              <span key="contracts">
                <Digest value={chain.registry} />
                <br />
                <Digest value={chain.ledger} />
              </span>,
              expected === null
                ? `On chain ${chain.chainId}. Nobody but the proof names them here: compare them with what the registry publishes.`
                : `On chain ${chain.chainId}. Held against the ones that this registry publishes.`,
            ],
          ]}
        />
        <figure className="plate">
          <FingerprintMark
            code={evidence === null ? work.record.code : evidence.claim.suspectCode}
            against={evidence === null ? null : (evidence.segmentProof?.segment.code ?? work.record.code)}
          />
          <figcaption>
            {evidence === null
              ? 'The mark of the work, as recorded.'
              : 'The mark of the copy; red cells differ from the work’s.'}
          </figcaption>
        </figure>
      </div>
    </section>
  );
}
