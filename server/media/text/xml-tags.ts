import { type Token, type TokenHandler, Tokenizer } from 'parse5';

/** A start tag of an XML file: local name in lower case, and its attributes. */
export interface XmlTag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Start tags of an XML file, in order. Enough for the package files of an EPUB, whose meaning is all in attributes;
 * the HTML tokenizer knows no entity definitions, so there is nothing to expand.
 */
export function xmlTags(source: string): XmlTag[] {
  const tags: XmlTag[] = [];
  const ignore = (): void => undefined;
  const handler: TokenHandler = {
    onStartTag(token: Token.TagToken) {
      const attributes: Record<string, string> = {};
      for (const { name, value } of token.attrs) attributes[localName(name)] = value;
      tags.push({ name: localName(token.tagName), attributes });
    },
    onEndTag: ignore,
    onCharacter: ignore,
    onNullCharacter: ignore,
    onWhitespaceCharacter: ignore,
    onComment: ignore,
    onDoctype: ignore,
    onEof: ignore,
  };
  new Tokenizer({ sourceCodeLocationInfo: false }, handler).write(source, true);
  return tags;
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1).toLowerCase();
}
