/** Accessibility checks that run inside the page; each function must be self-contained to be sent there. */

/** Missing language, title or landmarks, headings out of order, controls and pictures without a name, double ids. */
export function structureFaults(): string[] {
  const faults: string[] = [];
  if (!document.documentElement.lang) faults.push('no lang');
  if (!document.title) faults.push('no title');
  if (document.querySelectorAll('main').length !== 1) faults.push('not exactly one main');
  const headings = [...document.querySelectorAll('h1,h2,h3,h4')];
  if (headings.filter((heading) => heading.tagName === 'H1').length !== 1) faults.push('not exactly one h1');
  headings.forEach((heading, i) => {
    const before = headings[i - 1];
    if (before && Number(heading.tagName[1]) > Number(before.tagName[1]) + 1) {
      faults.push(
        `${heading.tagName.toLowerCase()} after ${before.tagName.toLowerCase()}: ${heading.textContent}`,
      );
    }
  });
  const nameOf = (at: Element) =>
    at.getAttribute('aria-label') ||
    (at.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent)
      .join('') ||
    [...((at as HTMLInputElement).labels ?? [])].map((label) => label.textContent).join('') ||
    at.textContent?.trim();
  for (const at of document.querySelectorAll(
    'button,a[href],input:not([type=hidden]),textarea,select,[role=button],[role=slider],[role=img]',
  )) {
    const hidden = at.closest('[aria-hidden=true]') || (at as HTMLElement).style.display === 'none';
    if (!hidden && !nameOf(at) && at.getAttribute('aria-label') !== '')
      faults.push(`no name: ${at.outerHTML.slice(0, 90)}`);
  }
  for (const image of document.querySelectorAll('img'))
    if (!image.hasAttribute('alt')) faults.push('img without alt');
  const ids = [...document.querySelectorAll('[id]')].map((at) => at.id);
  for (const id of new Set(ids.filter((each, i) => ids.indexOf(each) !== i)))
    faults.push(`id ${id} is used twice`);
  return faults;
}

/** Texts with less contrast against their background than WCAG AA asks for (4.5, or 3 for large text). */
export function lowContrast(): string[] {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const rgba = (css: string) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data] as [number, number, number, number];
  };
  const backgroundOf = (from: Element) => {
    for (let at: Element | null = from; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255] as const;
  };
  const luminance = (color: readonly number[]) => {
    const [r, g, b] = color.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const faults: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement!;
    const text = walker.currentNode.textContent!.trim();
    const style = getComputedStyle(at);
    // The certificate is a sheet of paper in a picture; disabled controls are exempt by WCAG.
    if (
      !text ||
      at.closest('svg,noscript,script,style,[data-disabled],[disabled]') ||
      style.visibility === 'hidden'
    )
      continue;
    if (at.getClientRects().length === 0) continue;
    const [light, dark] = [luminance(rgba(style.color)), luminance(backgroundOf(at))].sort(
      (a, b) => b - a,
    ) as [number, number];
    const contrast = (light + 0.05) / (dark + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (contrast < needed) faults.push(`${contrast.toFixed(2)}: ${text.slice(0, 40)} (${style.color})`);
  }
  return faults;
}
