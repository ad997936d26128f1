import { InputError } from '../../errors.ts';

/** There are packets, but nothing comes of them. */
export function noFrame(): InputError {
  return new InputError('corrupt_media', 'no frame of the video track can be decoded');
}
