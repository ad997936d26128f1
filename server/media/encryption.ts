import { AV_PKT_DATA_ENCRYPTION_INFO } from 'node-av/constants';
import type { FormatContext, Packet, Stream } from 'node-av/lib';
import { InputError } from '../errors.ts';

/** Sample entries of encrypted tracks: common encryption (ISO/IEC 14496-12, 8.12) and Apple's. */
const TAGS = ['encv', 'enca', 'drmi', 'drms'];

/** Throws `unsupported_media` (reason `encrypted`) for a track that its container calls encrypted. */
export function refuseEncryptedTrack(stream: Stream, what: string): void {
  // FFmpeg keeps the key's id of Matroska there.
  const hasKey = Boolean(stream.metadata?.get('enc_key_id'));
  if (hasKey || TAGS.includes(stream.codecpar.codecTagString ?? '')) throw encrypted(what);
}

/**
 * The same by the track's first packet. FFmpeg gives a track of common encryption under the codec that is behind it, and
 * its decoder would make noise of it. Leaves the input behind that packet.
 */
export function refuseEncryptedPackets(
  { input, stream, packet }: { input: FormatContext; stream: Stream; packet: Packet },
  what: string,
): void {
  for (let read = 0; read < MAX_PACKETS && input.readFrameSync(packet) >= 0; read++) {
    const isOwn = packet.streamIndex === stream.index;
    const info = isOwn ? packet.getSideData(AV_PKT_DATA_ENCRYPTION_INFO) : null;
    packet.unref();
    if (info) throw encrypted(what);
    if (isOwn) return;
  }
}

const MAX_PACKETS = 1000;

function encrypted(what: string): InputError {
  return new InputError('unsupported_media', `the ${what} track is encrypted; its key is not in the file`, {
    extra: { reason: 'encrypted' },
  });
}
