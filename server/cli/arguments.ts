import { InputError } from '../errors.ts';

/** The number that a flag was given. Throws `InputError` when it is none of 0, 1, 2, … */
export function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InputError('invalid_request', `${flag} takes a whole number, not ${text}`);
  return value;
}
