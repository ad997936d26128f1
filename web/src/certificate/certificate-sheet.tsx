import { QRCodeSVG } from 'qrcode.react';
import type { Ref } from 'react';
import type { Anchor, Work } from '../../../server/domain/work.ts';
import { formatBytes, formatTime } from '../parts/format.ts';
import { cellsPath, codeBits } from '../parts/mark-path.ts';
import { SENSES } from '../parts/media-words.ts';
import { DigestFrame } from './digest-frame.tsx';
import { wrapText } from './wrap-text.ts';

const INK = '#14213a';
const GREY = '#545b66';
const SERIF = '"Source Serif 4", Georgia, serif';
const SANS = '"Source Sans 3", system-ui, sans-serif';
const MONO = '"Source Code Pro", monospace';

/**
 * The certificate, one SVG of an A4 sheet in millimetres: the same drawing on the screen, on paper and as a file.
 */
export function CertificateSheet(props: {
  work: Work;
  anchor: Anchor;
  verifyUrl: string;
  ref: Ref<SVGSVGElement>;
}) {
  const { work, anchor } = props;
  const { lines, size, leading } = setTitle(work.title || work.fileName);
  const top = 70 + (lines.length - 1) * leading;
  return (
    <svg
      ref={props.ref}
      xmlns="http://www.w3.org/2000/svg"
      viewBox="0 0 210 297"
      role="img"
      aria-labelledby="certificate-title"
    >
      <title id="certificate-title">{`Certificate of registration: ${work.title || work.fileName}`}</title>
      <rect width="210" height="297" fill="#ffffff" />
      <DigestFrame digest={work.recordDigest ?? work.contentHash} ink={INK} />
      <g fontFamily={SANS} fill={GREY} fontSize="4.1">
        <text x="26" y="34" fontFamily={SERIF} fontSize="6" fill={INK}>
          Colophon
        </text>
        <text x="184" y="34" textAnchor="end">
          Certificate of registration
        </text>
      </g>
      <path d="M26 39H184" stroke={INK} strokeWidth="0.3" />
      <text
        fontFamily={SERIF}
        fontWeight="480"
        fontSize={size}
        letterSpacing="-0.15"
        fill={INK}
        // Millimetres are small numbers: without this the font would take its cut for footnotes.
        style={{ fontVariationSettings: '"opsz" 48' }}
      >
        {lines.map((line, i) => (
          <tspan key={line} x="26" y={58 + i * leading}>
            {line}
          </tspan>
        ))}
      </text>
      <g transform={`translate(26 ${top})`}>
        <Mark code={work.code} />
        <text x="60" y="5" fontFamily={SANS} fontSize="3.8" fill={GREY}>
          Entered in the register by its owner, and sealed on the chain
        </text>
        <text x="60" y="15" fontFamily={SERIF} fontSize="5.7" fill={INK}>
          {formatTime(anchor.blockTime)}
        </text>
        <text x="60" y="28" fontFamily={SANS} fontSize="4.1" fill={GREY}>
          Owner
        </text>
        <text x="60" y="34" fontFamily={MONO} fontSize="3.9" fill={INK}>
          {work.owner}
        </text>
        <text x="60" y="45" fontFamily={SANS} fontSize="4.1" fill={GREY}>
          Record
        </text>
        {[work.recordDigest?.slice(0, 34) ?? '', work.recordDigest?.slice(34) ?? ''].map((half, i) => (
          <text key={half} x="60" y={51 + i * 5} fontFamily={MONO} fontSize="3.9" fill={INK}>
            {half}
          </text>
        ))}
      </g>
      <Rows y={top + 68} rows={rowsOf(work, anchor)} />
      <g transform="translate(26 229)">
        <path d="M0 0H158" stroke={INK} strokeWidth="0.3" />
        <text y="8" fontFamily={SERIF} fontSize="5.4" fill={INK}>
          What anyone can check
        </text>
        {levelsOf(work.medium).map((level, i) => (
          <text key={level} y={15.5 + i * 5.6} fontFamily={SANS} fontSize="3.8" fill={INK}>
            {level}
          </text>
        ))}
        <QRCodeSVG
          x={124}
          y={5}
          width={34}
          height={34}
          size={34}
          value={props.verifyUrl}
          title={`QR code: ${props.verifyUrl}`}
          level="M"
          fgColor={INK}
          marginSize={0}
        />
        <text x="158" y="43.6" textAnchor="end" fontFamily={SANS} fontSize="3.1" fill={GREY}>
          opens the verification of this record
        </text>
      </g>
    </svg>
  );
}

/** Large on one or two lines; a title of three is set smaller, so that the facts keep their room. */
function setTitle(text: string): { lines: string[]; size: number; leading: number } {
  const large = wrapText(text, `480 SIZE ${SERIF}`, 12, 158, 3);
  if (large.length < 3) return { lines: large, size: 12, leading: 13 };
  return { lines: wrapText(text, `480 SIZE ${SERIF}`, 9.5, 158, 3), size: 9.5, leading: 10.5 };
}

function levelsOf(medium: Work['medium']): string[] {
  return [
    'The bytes of the file: their SHA-256 is the one above.',
    `The ${SENSES[medium]} of the file: its fingerprint, made anew by the same model.`,
    'The owner: a signature of the owner’s key over this record.',
    'The place: a path of hashes from this record to the root on the chain.',
    'The time: the chain’s own block carries that root.',
  ];
}

/** Keeps both ends of a long name: the beginning tells what it is, the end its type. */
function shortenName(name: string): string {
  const signs = [...name];
  return signs.length <= 40 ? name : `${signs.slice(0, 26).join('')}…${signs.slice(-12).join('')}`;
}

function rowsOf(work: Work, anchor: Anchor): [string, string][] {
  const batch = anchor.batch;
  return [
    ['File', `${shortenName(work.fileName)}, ${work.mediaType}, ${formatBytes(work.sizeBytes)}`],
    ['SHA-256', work.contentHash],
    ['Perceptual code', work.code ?? 'none'],
    ...(work.iscc ? ([['ISCC', work.iscc]] as [string, string][]) : []),
    ['Fingerprint root', work.fingerprintRoot ?? 'none'],
    ['Model', work.modelDigest ?? 'none'],
    ['Contract', `${anchor.registry} on chain ${anchor.chainId}`],
    ['Block', `${anchor.blockNumber}${anchor.finalized ? ', final' : ', not final when this was drawn'}`],
    ['Transaction', anchor.transactionHash],
    ...(batch
      ? ([
          ['Batch root', batch.root],
          ['Place in the batch', `leaf ${batch.index + 1} of ${batch.size}`],
        ] as [string, string][])
      : []),
  ];
}

// The rule above “What anyone can check”, with some air.
const ROWS_END = 222;

function Rows(props: { y: number; rows: readonly [string, string][] }) {
  // A long title leaves less room: the rows move together.
  const step = Math.min(7.6, (ROWS_END - props.y) / (props.rows.length - 1));
  return (
    <g transform={`translate(26 ${props.y})`}>
      {props.rows.map(([name, value], i) => (
        <g key={name} transform={`translate(0 ${i * step})`}>
          <path d="M0 -4.4H158" stroke="#d4d7d3" strokeWidth="0.2" />
          <text fontFamily={SANS} fontSize="3.8" fill={GREY}>
            {name}
          </text>
          <text x="38" fontFamily={MONO} fontSize="2.95" fill={INK}>
            {value}
          </text>
        </g>
      ))}
    </g>
  );
}

function Mark({ code }: { code: string | null }) {
  if (code === null || /^0x0*$/.test(code))
    return <path d="M0.2 0.2h51.6v51.6h-51.6z" fill="none" stroke={INK} strokeWidth="0.3" />;
  const bits = codeBits(code);
  return (
    <g transform="scale(3.25)" fill={INK} shapeRendering="crispEdges">
      <path d={cellsPath((i) => bits[i] === true)} />
    </g>
  );
}
