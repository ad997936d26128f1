export const LICENCE_GRAMS: ReadonlySet<number> = new Set();
