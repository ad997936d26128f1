import monoUrl from '../fonts/source-code-pro.woff2?url';
import sansUrl from '../fonts/source-sans-3.woff2?url';
import serifUrl from '../fonts/source-serif-4.woff2?url';

// 300 dots an inch on A4.
const PNG_WIDTH = 2480;
const PNG_HEIGHT = 3508;

const FONTS = [
  ['Source Serif 4', serifUrl],
  ['Source Sans 3', sansUrl],
  ['Source Code Pro', monoUrl],
] as const;

/** The sheet as an SVG file that carries its fonts, so that it looks the same anywhere. */
export async function sheetToSvg(sheet: SVGSVGElement): Promise<string> {
  const copy = sheet.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('width', '210mm');
  copy.setAttribute('height', '297mm');
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = (await Promise.all(FONTS.map(([name, url]) => fontFace(name, url)))).join('\n');
  copy.prepend(style);
  return new XMLSerializer().serializeToString(copy);
}

async function fontFace(name: string, url: string): Promise<string> {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `@font-face{font-family:"${name}";font-weight:200 900;src:url(data:font/woff2;base64,${btoa(text)}) format("woff2")}`;
}

/** The sheet as a picture for where SVG is not taken. */
export async function sheetToPng(sheet: SVGSVGElement): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([await sheetToSvg(sheet)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = PNG_WIDTH;
    canvas.height = PNG_HEIGHT;
    canvas.getContext('2d')!.drawImage(image, 0, 0, PNG_WIDTH, PNG_HEIGHT);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (blob === null) throw new Error('This browser could not make the picture. Save the SVG instead.');
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}
