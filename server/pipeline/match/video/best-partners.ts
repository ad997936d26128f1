/** The columns of a row with the greatest values, at most `most`; the earlier of two equal ones first. */
export class BestPartners {
  readonly columns: number[] = [];
  readonly values: number[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  clear(): void {
    this.columns.length = 0;
    this.values.length = 0;
  }

  /** Columns are offered in ascending order. */
  offer(column: number, value: number): void {
    const { columns, values } = this;
    if (values.length === this.#most && value <= values.at(-1)!) return;
    let at = values.length;
    while (at > 0 && values[at - 1]! < value) at--;
    columns.splice(at, 0, column);
    values.splice(at, 0, value);
    if (values.length > this.#most) {
      columns.pop();
      values.pop();
    }
  }
}
