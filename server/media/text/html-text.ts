import { Token, type TokenHandler, Tokenizer, TokenizerMode } from 'parse5';
import type { TextLimits } from '../../pipeline/decode/text/index.ts';
import { requireTime, requireUnits } from './problems.ts';

/** Text of a page: `offsets[i]` is where in the source the run that begins at unit `ats[i]` stands. */
export interface HtmlText {
  readonly text: string;
  readonly runs: readonly { readonly at: number; readonly offset: number }[];
}

const BLOCKS = new Set(
  (
    'address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption ' +
    'figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p ' +
    'pre search section select summary table tbody td tfoot th thead title tr ul'
  ).split(' '),
);
/** Whose content is no text of the page. */
const SKIPPED = new Set([
  'script',
  'style',
  'template',
  'head',
  'iframe',
  'object',
  'noembed',
  'noframes',
  'svg',
  'math',
]);
const RAW = new Set(['style', 'xmp', 'iframe', 'noembed', 'noframes']);
const RUBY_NOTES = new Set(['rt', 'rp']);

/**
 * Text of an HTML or XHTML page: runs of white space become one space, blocks begin on a new line, scripts,
 * styles and the head are left out, ruby notes too. Reads tokens without building a tree, so nesting costs
 * nothing and memory stays near the size of the page.
 */
export function htmlText(source: string, limits: TextLimits, deadline: number, isXml: boolean): HtmlText {
  const collector = new Collector(limits, deadline, isXml);
  const tokenizer = new Tokenizer({ sourceCodeLocationInfo: true }, collector);
  collector.tokenizer = tokenizer;
  tokenizer.write(source, true);
  return collector.finish();
}

class Collector implements TokenHandler {
  tokenizer: Tokenizer | undefined;
  private readonly parts: string[] = [];
  private readonly runs: { at: number; offset: number }[] = [];
  private readonly limits: TextLimits;
  private readonly deadline: number;
  private readonly isXml: boolean;
  private units = 0;
  private skip: { name: string; depth: number } | null = null;
  private gap: '' | ' ' | '\n' = '';
  private tokens = 0;

  constructor(limits: TextLimits, deadline: number, isXml: boolean) {
    this.limits = limits;
    this.deadline = deadline;
    this.isXml = isXml;
  }

  onStartTag(token: Token.TagToken): void {
    if (++this.tokens % 4096 === 0) requireTime(this.deadline);
    const name = token.tagName;
    if (this.skip) {
      if (name === this.skip.name && !token.selfClosing) this.skip.depth++;
    } else if (SKIPPED.has(name) || RUBY_NOTES.has(name)) {
      if (!token.selfClosing) this.skip = { name, depth: 1 };
    } else if (name === 'body' || BLOCKS.has(name)) this.gap = '\n';
    // A page may leave the head unclosed; its body ends the skipping all the same.
    if (name === 'body' && this.skip?.name === 'head') this.skip = null;
    if (this.isXml && token.selfClosing) return;
    this.switchMode(name);
  }

  onEndTag(token: Token.TagToken): void {
    const name = token.tagName;
    if (this.skip) {
      if (name === this.skip.name && --this.skip.depth === 0) this.skip = null;
    } else if (BLOCKS.has(name)) this.gap = '\n';
  }

  onCharacter(token: Token.CharacterToken): void {
    this.add(token);
  }

  onWhitespaceCharacter(token: Token.CharacterToken): void {
    if (!this.skip && this.gap === '') this.gap = token.chars.length > 0 ? ' ' : '';
  }

  onNullCharacter(): void {}
  onComment(): void {}
  onDoctype(): void {}
  onEof(): void {}

  finish(): HtmlText {
    return { text: this.parts.join(''), runs: this.runs };
  }

  private add(token: Token.CharacterToken): void {
    if (this.skip) return;
    if (this.gap !== '' && this.units > 0) this.push(this.gap);
    this.gap = '';
    const offset = token.location?.startOffset ?? 0;
    const last = this.runs.at(-1);
    if (last === undefined || last.offset + this.units - last.at !== offset)
      this.runs.push({ at: this.units, offset });
    this.push(token.chars);
  }

  private push(chars: string): void {
    this.parts.push(chars);
    this.units += chars.length;
    requireUnits(this.units, this.limits);
  }

  /** What the tree builder does in a parser: content that is not markup must not be read as such. */
  private switchMode(name: string): void {
    const { tokenizer } = this;
    if (!tokenizer) return;
    if (name === 'script') tokenizer.state = TokenizerMode.SCRIPT_DATA;
    else if (name === 'title' || name === 'textarea') tokenizer.state = TokenizerMode.RCDATA;
    else if (RAW.has(name)) tokenizer.state = TokenizerMode.RAWTEXT;
    else if (name === 'plaintext') tokenizer.state = TokenizerMode.PLAINTEXT;
  }
}

/** Charset that a page declares in its first kilobyte. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  return (
    /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ??
    /<\?xml[^>]+encoding\s*=\s*["']([\w-]+)/i.exec(head)?.[1]
  );
}

/** Attribute of a tag, by local name. */
export function attribute(token: Token.TagToken, name: string): string | null {
  return Token.getTokenAttr(token, name);
}
