import { statSync } from 'node:fs';
import { Dictionary, FFmpegError, FormatContext } from 'node-av/lib';
import { InputError, NotFoundError } from '../errors.ts';
import { describeCutOff } from './cut-off.ts';

/** Containers that hold one self-contained file; playlists (`hls`, `concat`, `dash`) could name other files. */
const FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,gif,asf,h264,hevc,m4v,dv,mxf,ivf,apng,' +
  'webp_pipe,png_pipe,jpeg_pipe,bmp_pipe,rm,nut,av1,obu,wtv,yuv4mpegpipe,mp3,wav,w64,aac,ac3,eac3,aiff,amr,au,caf,' +
  'flac,ape,mpc,mpc8,tta,wv,dsf,srt,ass,webvtt';

/**
 * Opens a media file and reads what its tracks are. Throws `NotFoundError('unknown_content')`, `InputError`:
 * `empty_file`, `media_too_large` (more than `maxBytes`), `unsupported_media`, `corrupt_media`.
 */
export function openInput(path: string, maxBytes: number): FormatContext {
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (sizeBytes === undefined) throw new NotFoundError('unknown_content', 'there is no such file');
  if (sizeBytes === 0) throw new InputError('empty_file', 'the file is empty');
  if (sizeBytes > maxBytes) {
    throw new InputError('media_too_large', `the file has ${sizeBytes} bytes, the limit is ${maxBytes}`);
  }
  const input = new FormatContext();
  // `file:` keeps FFmpeg from reading a protocol into the name.
  const opened = input.openInputSync(
    `file:${path}`,
    null,
    Dictionary.fromObject({ protocol_whitelist: 'file', format_whitelist: FORMATS }),
  );
  if (opened < 0) {
    const cutOff = describeCutOff(path, opened);
    if (cutOff !== null) throw new InputError('corrupt_media', `the file is cut off: ${cutOff}`);
    throw refuse(opened, 'unsupported_media', 'the container is not known or its start is damaged');
  }
  const looked = input.findStreamInfoSync();
  if (looked < 0) throw refuse(looked, 'corrupt_media', 'the tracks cannot be read');
  return input;
}

/** A problem with FFmpeg's own word for it. */
export function refuse(
  code: number,
  problem: 'unsupported_media' | 'corrupt_media',
  detail: string,
): InputError {
  return new InputError(problem, `${detail} (${FFmpegError.strerror(code)})`);
}
