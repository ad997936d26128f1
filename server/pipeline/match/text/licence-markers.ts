/**
 * Turns of phrase by which common software licences are known, an own list. One alone is a quotation; several near each
 * other are the licence. (Notices of Project Gutenberg and CC0 are known by their grams: licence-grams.ts.)
 */
const MARKERS: readonly string[] = [
  // MIT
  'permission is hereby granted, free of charge',
  'deal in the software without restriction',
  'the above copyright notice and this permission notice',
  'the software is provided .as is., without warranty',
  'in no event shall the authors or copyright holders be liable',
  'arising from, out of or in connection with the software',
  // ISC
  'permission to use, copy, modify, and(?:/or)? distribute this software',
  'the author disclaims all warranties',
  'loss of use, data or profits',
  // BSD
  'redistribution and use in source and binary forms',
  'redistributions of source code must retain',
  'redistributions in binary form must reproduce',
  'may be used to endorse or promote products',
  'is provided by the copyright holders and contributors',
  'even if advised of the possibility of such damage',
  // Apache
  'licensed under the apache license, version 2',
  'you may not use this file except in compliance with the license',
  'unless required by applicable law or agreed to in writing',
  'for the specific language governing permissions',
  'terms and conditions for use, reproduction, and distribution',
  'grant of patent license',
  'on an .as is. basis, without warranties or conditions',
  // GPL notices
  'is free software: you can redistribute it',
  'under the terms of the gnu',
  'without even the implied warranty of merchantability',
  'you should have received a copy of the gnu',
];
const PATTERN = new RegExp(MARKERS.map((marker) => `(?:${marker.replaceAll(' ', '\\s+')})`).join('|'), 'gi');

const NEAR = 1500;
const LEAST = 3;
const PARAGRAPH = 600;

/** Stretches of a text (in units) that read like the text of a licence, whole paragraphs, ascending. */
export function licenceStretches(text: string): [start: number, end: number][] {
  const stretches: [number, number][] = [];
  let first = 0;
  let last = 0;
  let hits = 0;
  const close = (): void => {
    if (hits >= LEAST) stretches.push([paragraphStart(text, first), paragraphEnd(text, last)]);
    hits = 0;
  };
  for (const match of text.matchAll(PATTERN)) {
    if (hits > 0 && match.index - last > NEAR) close();
    if (hits === 0) first = match.index;
    last = match.index + match[0].length;
    hits++;
  }
  close();
  return stretches;
}

function paragraphStart(text: string, at: number): number {
  const from = Math.max(0, at - PARAGRAPH);
  const before = text.slice(from, at);
  const blank = Math.max(before.lastIndexOf('\n\n'), before.lastIndexOf('\n\r\n'));
  return blank < 0 ? (from === 0 ? 0 : at) : from + blank + 2;
}

function paragraphEnd(text: string, at: number): number {
  const after = text.slice(at, at + PARAGRAPH);
  const blank = after.search(/\n\r?\n/);
  if (blank >= 0) return at + blank;
  return at + PARAGRAPH >= text.length ? text.length : at;
}
