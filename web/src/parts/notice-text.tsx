import { Button, CopyButton } from '@mantine/core';
import { IconCopy, IconDownload } from '@tabler/icons-react';
import type { Evidence, Work } from '../api/types.ts';
import { describeStretches } from '../match/describe-stretch.ts';
import { formatShare, formatTime } from './format.ts';
import { saveFile } from './save-file.ts';

/** The facts of a claim as plain text, to be pasted into a platform's form or a letter. */
export function NoticeText(props: { evidence: Evidence; work: Work | null }) {
  const text = writeNotice(props.evidence, props.work);
  return (
    <div className="stack">
      <p className="muted">
        The facts a platform asks for, in plain text. Add your name, your contact and the declarations its
        form wants; this is not legal advice.
      </p>
      <div className="sheet">
        <pre className="notice">{text}</pre>
      </div>
      <div className="row no-print">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={<IconCopy size={17} stroke={1.7} />} onClick={copy}>
              {copied ? 'Copied' : 'Copy the text'}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          leftSection={<IconDownload size={17} stroke={1.7} />}
          onClick={() => saveFile(`${props.evidence.id}.notice.txt`, text, 'text/plain')}
        >
          Save as text
        </Button>
      </div>
    </div>
  );
}

/** Name, colon, value: columns would break apart in a narrow window and in a proportional font. */
function writeNotice(evidence: Evidence, work: Work | null): string {
  const { match } = evidence;
  const lines: (string | null)[] = [
    'NOTICE OF A COPY OF A REGISTERED WORK',
    '',
    'The work',
    work && `Title: ${work.title || work.fileName}`,
    work && `Owner: ${work.owner}`,
    work && `SHA-256 of the file: ${work.contentHash}`,
    work?.anchor
      ? `On record since: ${formatTime(work.anchor.blockTime)} (chain ${work.anchor.chainId}, block ${work.anchor.blockNumber})`
      : null,
    work?.anchor ? `Registry: ${work.anchor.registry}` : null,
    '',
    'The copy',
    evidence.sourceUrl && `Found at: ${evidence.sourceUrl}`,
    `SHA-256 of the file: ${evidence.suspectHash}`,
    `Comparison: probability of a copy ${formatShare(match.probability)}; ${evidence.hammingDistance} of 256 bits differ${match.mirrored ? '; mirrored' : ''}`,
    ...describeStretches(match).map((line) => `Copied: ${line}`),
    evidence.statement && `Statement: ${evidence.statement}`,
    '',
    'The claim on the chain',
    evidence.claimId && `Claim: ${evidence.claimId}`,
    evidence.blockTime !== null
      ? `Time: ${formatTime(evidence.blockTime)}, block ${evidence.blockNumber}`
      : null,
    evidence.transactionHash && `Transaction: ${evidence.transactionHash}`,
    `Evidence root: ${evidence.evidenceRoot}`,
    '',
    `Anyone can check this without trusting the sender: ${location.origin}${location.pathname}#/verify/${evidence.id}`,
  ];
  return lines.filter((line) => line !== null).join('\n');
}
