import sharp from 'sharp';
import type { CurvePoint } from './matching-metrics.ts';

const COLOURS = ['#0b6e4f', '#1f77b4', '#9467bd', '#d62728', '#ff7f0e', '#8c564b', '#7f7f7f', '#bcbd22'];
const WIDTH = 1200;
const CURVE = { left: 70, top: 40, width: 700, height: 420 };
const BARS = { left: 150, top: 540, row: 26 };

/** PNG with the precision–recall curves and, below, the recall of every method by edit. */
export async function drawPlot(
  curves: readonly { name: string; points: readonly CurvePoint[] }[],
  rows: readonly { method: string; recallByEdit: Readonly<Record<string, number>> }[],
): Promise<Buffer> {
  const edits = Object.keys(rows[0]?.recallByEdit ?? {});
  const height = BARS.top + edits.length * BARS.row + 40;
  const parts = [axes(), ...curves.map(drawCurve), ...edits.map((edit, i) => drawEdit(edit, i, rows))];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

function axes(): string {
  const { left, top, width, height } = CURVE;
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map((value) => {
    const x = left + value * width;
    const y = top + (1 - value) * height;
    return `<path d="M${x} ${top}v${height}M${left} ${y}h${width}" stroke="#ddd"/><text x="${x}" y="${top + height + 18}" text-anchor="middle">${value}</text><text x="${left - 8}" y="${y + 4}" text-anchor="end">${value}</text>`;
  });
  return `${ticks.join('')}<text x="${left + width / 2}" y="${top + height + 38}" text-anchor="middle">recall</text><text x="${left}" y="${top - 12}">precision</text><text x="${BARS.left}" y="${BARS.top - 12}">recall@1 by edit</text>`;
}

function drawCurve({ name, points }: { name: string; points: readonly CurvePoint[] }, i: number): string {
  const { left, top, width, height } = CURVE;
  const path = points.map(
    (p) => `${(left + p.recall * width).toFixed(1)},${(top + (1 - p.precision) * height).toFixed(1)}`,
  );
  const colour = COLOURS[i % COLOURS.length];
  const y = top + 16 + i * 20;
  return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/><rect x="${left + width + 30}" y="${y - 10}" width="14" height="10" fill="${colour}"/><text x="${left + width + 52}" y="${y}">${name}</text>`;
}

function drawEdit(
  edit: string,
  i: number,
  rows: readonly { recallByEdit: Readonly<Record<string, number>> }[],
): string {
  const y = BARS.top + i * BARS.row;
  const width = WIDTH - BARS.left - 60;
  const thick = (BARS.row - 4) / rows.length;
  const bars = rows.map((row, k) => {
    const length = ((row.recallByEdit[edit] ?? 0) * width).toFixed(1);
    return `<rect x="${BARS.left}" y="${y + k * thick}" width="${length}" height="${thick}" fill="${COLOURS[k % COLOURS.length]}"/>`;
  });
  return `${bars.join('')}<text x="${BARS.left - 8}" y="${y + 16}" text-anchor="end">${edit}</text>`;
}
