/** `card.json` of a model folder, the parts that the service reads. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  /** SHA-256 hex of every file of the folder but the card. */
  readonly files: Readonly<Record<string, string>>;
}
