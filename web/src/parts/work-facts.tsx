import { formatClock } from '../../../server/domain/describe-segment.ts';
import type { Work } from '../api/types.ts';
import { DigestText } from './digest-text.tsx';
import { Facts } from './facts.tsx';
import { formatBytes, formatTime } from './format.ts';
import { SENSES } from './media-words.ts';

/** What is known of a work: the file, its identity, its owner. */
export function WorkFacts({ work }: { work: Work }) {
  const pixels = work.width !== null && work.height !== null ? `, ${work.width} × ${work.height} pixels` : '';
  const size = `${pixels}${work.durationMs === null ? '' : `, ${formatClock(work.durationMs)} long`}`;
  return (
    <Facts
      of={[
        ['Owner', <DigestText key="owner" value={work.owner} what="the owner's address" />],
        ['File', `${work.fileName} (${work.mediaType}, ${formatBytes(work.sizeBytes)}${size})`],
        [
          'SHA-256',
          <DigestText key="hash" value={work.contentHash} what="the SHA-256" />,
          'The identity of the exact bytes.',
        ],
        work.code && [
          'Perceptual code',
          <DigestText key="code" value={work.code} what="the perceptual code" />,
          /^0x0+$/.test(work.code)
            ? `It has too little to it: it is registered by its bytes and never matched by its ${SENSES[work.medium]}.`
            : `Its ${SENSES[work.medium]}, in 256 bits. The mark draws them.`,
        ],
        work.iscc && [
          'ISCC',
          <DigestText key="iscc" value={work.iscc} what="the ISCC" />,
          'International Standard Content Code (ISO 24138): title, look, bytes and file, for exchange with others.',
        ],
        work.fingerprintRoot && [
          'Fingerprint root',
          <DigestText key="root" value={work.fingerprintRoot} what="the fingerprint root" />,
          'Commits to the fingerprints of all its parts.',
        ],
        work.modelDigest && [
          'Model',
          <DigestText key="model" value={work.modelDigest} what="the model digest" />,
        ],
        work.recordDigest && [
          'Record',
          <DigestText key="record" value={work.recordDigest} what="the record digest" />,
          'The key of the work on the chain.',
        ],
        ['Received', formatTime(work.createdAt)],
      ]}
    />
  );
}

/** Where the work stands on the chain. */
export function AnchorFacts({ work }: { work: Work }) {
  const { anchor } = work;
  if (anchor === null) return null;
  return (
    <Facts
      of={[
        [
          'Claim time',
          formatTime(anchor.blockTime),
          anchor.finalized ? 'Final.' : 'Not final yet: the chain may still reorganise.',
        ],
        ['Chain', `${anchor.chainId}, block ${anchor.blockNumber}`],
        ['Contract', <DigestText key="registry" value={anchor.registry} what="the contract's address" />],
        ['Transaction', <DigestText key="tx" value={anchor.transactionHash} what="the transaction hash" />],
        anchor.batch && [
          'Batch',
          `Leaf ${anchor.batch.index + 1} of ${anchor.batch.size}, ${anchor.batch.path.length} hashes to the root`,
        ],
        anchor.batch && [
          'Batch root',
          <DigestText key="root" value={anchor.batch.root} what="the batch root" />,
        ],
      ]}
    />
  );
}
