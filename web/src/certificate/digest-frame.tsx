import { codeBits } from '../parts/mark-path.ts';

const CELLS = 64;

/**
 * The certificate's frame spells the record's digest: 64 bits a side, clockwise from the top left, a long stroke for
 * one and a short one for nought. No two certificates have the same frame.
 */
export function DigestFrame({ digest, ink }: { digest: string; ink: string }) {
  const bits = codeBits(digest);
  let path = '';
  for (let i = 0; i < CELLS; i++) {
    const length = (side: number) => (bits[side * CELLS + i] ? 4 : 1.3);
    const across = 14.5 + ((i + 0.5) * 181) / CELLS;
    const down = 14.5 + ((i + 0.5) * 268) / CELLS;
    path += `M${across.toFixed(2)} 12v${length(0)}`;
    path += `M198 ${down.toFixed(2)}h${-length(1)}`;
    path += `M${(210 - across).toFixed(2)} 285v${-length(2)}`;
    path += `M12 ${(297 - down).toFixed(2)}h${length(3)}`;
  }
  return (
    <g fill="none" stroke={ink}>
      <path d="M12 12H198V285H12z" strokeWidth="0.3" />
      <path d={path} strokeWidth="0.55" />
    </g>
  );
}
