/** Closes what was opened, newest first; one that fails does not keep the others open. */
export class Closers {
  readonly #open: { readonly name: string; readonly close: () => Promise<void> | void }[] = [];
  readonly #onError: (name: string, error: unknown) => void;
  #closing: Promise<void> | null = null;

  constructor(onError: (name: string, error: unknown) => void) {
    this.#onError = onError;
  }

  /** Remembers how something that is open is closed. */
  add(name: string, close: () => Promise<void> | void): void {
    this.#open.push({ name, close });
  }

  /** Opens several things at once. When one fails, the others are waited for, so that they can be closed. */
  async openAll<T extends readonly unknown[]>(
    openers: {
      readonly [K in keyof T]: readonly [string, () => Promise<T[K]>, (it: T[K]) => Promise<void> | void];
    },
  ): Promise<T> {
    const list = openers as readonly (readonly [
      string,
      () => Promise<unknown>,
      (it: unknown) => Promise<void> | void,
    ])[];
    const results = await Promise.allSettled(
      list.map(async ([name, open, close]) => {
        const it = await open();
        this.add(name, () => close(it));
        return it;
      }),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
  }

  /** Closes everything, newest first. Calling it again waits for the first call. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (let last = this.#open.pop(); last; last = this.#open.pop()) {
      try {
        await last.close();
      } catch (error) {
        this.#onError(last.name, error);
      }
    }
  }
}
