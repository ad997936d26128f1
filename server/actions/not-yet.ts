/** Thrown by a job that has to wait for something else: put back without counting as a failure. */
export class NotYet extends Error {
  /** Pause before the next try, in milliseconds. */
  readonly delayMs: number;

  constructor(reason: string, delayMs = 500) {
    super(reason);
    this.name = 'NotYet';
    this.delayMs = delayMs;
  }
}
