import { describeMoments } from '../../../server/domain/describe-segment.ts';
import type { MatchReason } from '../../../server/domain/match.ts';
import type { Medium } from '../../../server/domain/media.ts';
import { sentence } from '../parts/format.ts';

/** Each line of evidence in plain words, with what would be expected of unrelated pictures. */
export function ReasonList(props: { reasons: readonly MatchReason[]; medium: Medium }) {
  return (
    <ul className="reasons">
      {props.reasons.map((reason, i) => (
        <li key={`${reason.kind}${reason.detail}`}>
          {/* Two lines of one kind are one heading with two sentences. */}
          <b>{props.reasons[i - 1]?.kind === reason.kind ? '' : NAMES[reason.kind]}</b>
          <span>{explain(reason, props.medium)}</span>
        </li>
      ))}
    </ul>
  );
}

const NAMES: Readonly<Record<MatchReason['kind'], string>> = {
  exact: 'Same bytes',
  code: 'Perceptual code',
  embedding: 'Overall look',
  geometry: 'Local detail',
  time: 'Course of time',
  text: 'Wording',
  excluded: 'Not counted',
};

const SAME = { image: 'picture', video: 'picture', audio: 'sound', text: 'text' } as const;

function count(n: number): string {
  return n.toLocaleString('en-GB');
}

function explain(reason: MatchReason, medium: Medium): string {
  switch (reason.kind) {
    case 'exact':
      return 'The two files are identical, byte for byte.';
    case 'code':
      return `${reason.hammingDistance} of 256 bits differ; between unrelated files about 128 do.`;
    case 'embedding':
      return `Similarity ${reason.similarity.toFixed(2)} on a scale where 1 is the same ${SAME[medium]}.`;
    case 'geometry':
      // Places and pixels are told apart in the detail only.
      return sentence(reason.detail);
    case 'time':
      return sentence(describeMoments(reason));
    case 'text':
      return `${count(reason.characters)} characters stand in the same order, ${count(reason.longest)} of them in one piece.`;
    case 'excluded':
      return sentence(reason.detail);
  }
}
