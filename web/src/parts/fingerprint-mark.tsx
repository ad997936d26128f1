import { bitsApart, cellsPath, codeBits } from './mark-path.ts';

/**
 * A 256-bit perceptual code drawn as a printer's mark of 16 by 16 cells, so that people recognise a work's
 * fingerprint again. With `against`, the bits that differ from that code stand out.
 */
export function FingerprintMark(props: {
  code: string | null;
  against?: string | null;
  label?: string;
  size?: number;
}) {
  const { code, against, label, size } = props;
  const style = size === undefined ? undefined : { width: size };
  if (code === null || /^0x0*$/.test(code)) {
    return (
      <svg
        className="mark"
        style={style}
        viewBox="-1 -1 18 18"
        role="img"
        aria-label={label ?? 'No perceptual code'}
      >
        <path className="void" d={DOTS} />
      </svg>
    );
  }
  const bits = codeBits(code);
  const other = against ? codeBits(against) : null;
  const differs = (i: number) => other !== null && other[i] !== bits[i];
  const text =
    label ??
    (against ? `Code, ${bitsApart(code, against)} of 256 bits differ` : 'Perceptual code of 256 bits');
  return (
    <svg
      className="mark"
      style={style}
      viewBox="-1 -1 18 18"
      role="img"
      aria-label={text}
      shapeRendering="crispEdges"
    >
      <path d={cellsPath((i) => bits[i] === true && !differs(i))} />
      {other !== null && <path className="diff" d={cellsPath(differs)} />}
    </svg>
  );
}

// The empty form: a dot where each bit would stand.
const DOTS = Array.from(
  { length: 256 },
  (_, i) => `M${(i % 16) + 0.4} ${Math.floor(i / 16) + 0.4}h.2v.2h-.2z`,
).join('');
