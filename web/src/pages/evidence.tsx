import { Button } from '@mantine/core';
import type { Evidence, Work } from '../api/types.ts';
import { MatchView } from '../match/match-view.tsx';
import { matchPath, sideOfCheck, sideOfWork } from '../match/side.ts';
import { DigestText } from '../parts/digest-text.tsx';
import { Facts } from '../parts/facts.tsx';
import { FingerprintMark } from '../parts/fingerprint-mark.tsx';
import { formatTime } from '../parts/format.ts';
import { EVIDENCE_LIFE, LifeLine } from '../parts/life-line.tsx';
import { useCheck, useEvidence, useWork } from '../parts/live-work.ts';
import { bitsApart } from '../parts/mark-path.ts';
import { Pending } from '../parts/nothing-yet.tsx';
import { NoticeText } from '../parts/notice-text.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { StoredProblem } from '../parts/problem-card.tsx';
import { ProofButton } from '../parts/proof-button.tsx';
import { to } from '../router.ts';

const BACK = { href: to('evidence'), name: 'Evidence' };

/** One claim of copying: its state, the comparison, the facts, and a text to send to a platform. */
export function EvidencePage({ id }: { id: string }) {
  const resource = useEvidence(id);
  const evidence = resource.value;
  if (evidence === null) {
    return (
      <>
        <PageHead title="Evidence" back={BACK} />
        <Pending of={resource} />
      </>
    );
  }
  return <EvidenceView evidence={evidence} resource={resource} />;
}

function EvidenceView(props: { evidence: Evidence; resource: ReturnType<typeof useEvidence> }) {
  const { evidence } = props;
  const work = useWork(evidence.workId).value;
  const check = useCheck(evidence.checkId).value;
  const title = work?.title || work?.fileName || evidence.workId;
  const failed = evidence.state === 'failed';
  return (
    <>
      <PageHead title={`Evidence of a copy of “${title}”`} back={BACK} />
      <Pending of={props.resource} />
      <LifeLine
        steps={EVIDENCE_LIFE}
        state={failed ? 'submitted' : evidence.state}
        stopped={failed ? 'Failed' : undefined}
        label={`State: ${evidence.state}`}
      />
      <div className="stack" style={{ marginTop: '2rem' }}>
        {evidence.problem !== null && <StoredProblem title="Held up" problem={evidence.problem} />}
        <div className="row no-print">
          {evidence.state === 'anchored' && <ProofButton kind="evidence" id={evidence.id} />}
          {evidence.state === 'anchored' && (
            <Button component="a" variant="default" href={to('verify', evidence.id)}>
              Verify here
            </Button>
          )}
        </div>
        <div className="split">
          <EvidenceFacts evidence={evidence} />
          <figure className="plate">
            <FingerprintMark code={evidence.suspectCode} against={comparable(evidence, work)} />
            <figcaption>{captionOf(evidence, comparable(evidence, work))}</figcaption>
          </figure>
        </div>
      </div>
      <section className="section stack" aria-labelledby="comparison">
        <h2 id="comparison">The comparison</h2>
        <MatchView
          match={evidence.match}
          query={sideOfCheck(evidence.checkId, check)}
          work={sideOfWork(evidence.workId, work)}
          path={matchPath(check, evidence.workId)}
        />
      </section>
      <section className="section stack" aria-labelledby="notice">
        <h2 id="notice">Ready for a notice</h2>
        <NoticeText evidence={evidence} work={work} />
      </section>
    </>
  );
}

/** The code of the whole work, where it can be held against the suspect's: of pictures. */
function comparable(evidence: Evidence, work: Work | null): string | null {
  return evidence.match.medium === 'image' ? (work?.code ?? null) : null;
}

/** The contract counts against the copied part's code, which need not be the whole work's. */
function captionOf(evidence: Evidence, workCode: string | null): string {
  if (workCode === null)
    return `The suspect’s mark. The contract compares the copied part, and counts ${evidence.hammingDistance} of 256 bits that differ.`;
  const apart = bitsApart(evidence.suspectCode, workCode);
  return apart === evidence.hammingDistance
    ? `The suspect’s mark. The ${apart} red cells differ from the work’s; the contract counts the same.`
    : `The suspect’s mark. ${apart} red cells differ from the whole work’s; the contract compares with the copied part, and counts ${evidence.hammingDistance}.`;
}

function EvidenceFacts({ evidence }: { evidence: Evidence }) {
  return (
    <Facts
      of={[
        ['Found at', evidence.sourceUrl],
        ['Statement', evidence.statement],
        evidence.accused && [
          'Accused',
          <DigestText key="accused" value={evidence.accused} what="the address of the accused" />,
        ],
        [
          'Suspect SHA-256',
          <DigestText key="hash" value={evidence.suspectHash} what="the suspect's SHA-256" />,
        ],
        [
          'Bits that differ',
          `${evidence.hammingDistance} of 256`,
          'Recomputed by the contract from both codes.',
        ],
        ['Evidence root', <DigestText key="root" value={evidence.evidenceRoot} what="the evidence root" />],
        ['Dossier', <DigestText key="cid" value={evidence.evidenceCid} what="the dossier's CID" />],
        evidence.claimId && [
          'Claim',
          <DigestText key="claim" value={evidence.claimId} what="the claim id" />,
        ],
        evidence.transactionHash && [
          'Transaction',
          <DigestText key="tx" value={evidence.transactionHash} what="the transaction hash" />,
        ],
        evidence.blockTime === null
          ? null
          : [
              'Claim time',
              `${formatTime(evidence.blockTime)}, block ${evidence.blockNumber}`,
              evidence.finalized ? 'Final.' : 'Not final yet: the chain may still reorganise.',
            ],
      ]}
    />
  );
}
