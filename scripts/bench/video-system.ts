import type { Vector } from '../../server/domain/fingerprint.ts';
import type { WorkId } from '../../server/domain/ids.ts';
import { createNodeAvVideoDecoder } from '../../server/media/video/node-av-video-decoder.ts';
import {
  type ClipReader,
  createThumbnails,
  decodeVideo,
  planSampling,
  type SamplingPurpose,
  type Thumbnails,
} from '../../server/pipeline/decode/video/index.ts';
import type { Embedder } from '../../server/pipeline/fingerprint/index.ts';
import type { VideoPrint, VideoQueryPrint } from '../../server/pipeline/fingerprint/video/index.ts';
import { fingerprintVideo } from '../../server/pipeline/fingerprint/video/index.ts';
import type {
  FrameHit,
  FrameReader,
  FrameSearch,
  TrackSource,
  VideoWorkMatch,
} from '../../server/pipeline/match/video/index.ts';
import { COMPARED_SIDE, matchVideo } from '../../server/pipeline/match/video/index.ts';

/** A print with small pictures of the frames that it was made of. */
export interface SampledPrint extends VideoQueryPrint {
  readonly sampled: Thumbnails;
}

/** The stages as the service connects them, with an exhaustive search in place of the index. */
export interface VideoSystem {
  readonly prints: ReadonlyMap<string, VideoPrint>;
  /** As a check sees a file. */
  fingerprint(file: string): Promise<SampledPrint>;
  match(query: SampledPrint, file: string): Promise<VideoWorkMatch[]>;
  close(): void;
  /** Seconds of processor time so far, decoding processes included. */
  cpuS(): number;
}

/** Fingerprints the references, sampled as videos of `sampledAsS` where it is given; ids of the manifest stand for work ids. */
export async function createVideoSystem(
  references: readonly { readonly id: string; readonly file: string }[],
  embedder: Embedder,
  sampledAsS?: string,
): Promise<VideoSystem> {
  let decodingMs = 0;
  const decoder = createNodeAvVideoDecoder({ onTaskCpuMs: (ms) => (decodingMs += ms) });
  const fingerprint = async (path: string, purpose: SamplingPurpose) => {
    const info = await decoder.probe({ path });
    const frames = decodeVideo(
      { path },
      decoder,
      planSampling(sampledAsS ? 1000 * Number(sampledAsS) : info.durationMs, purpose),
    );
    const sampled = createThumbnails(COMPARED_SIDE);
    const made = await fingerprintVideo(sampled.keep(frames), info.durationMs, embedder, {
      parts: purpose === 'check',
    });
    return { ...made, sampled };
  };
  const prints = new Map<string, VideoPrint>();
  for (const { id, file } of references) prints.set(id, (await fingerprint(file, 'work')).print);
  const files = new Map(references.map(({ id, file }) => [id, file]));
  const readers = { query: decoder.openClips(), works: decoder.openClips() };
  const readerOf = (path: string, reader: ClipReader): FrameReader => ({
    readClips: (ranges) => reader.readClips({ path }, ranges),
  });
  const works: TrackSource = {
    loadTracks: async (ids) => new Map(ids.map((id) => [id, prints.get(id)!])),
    openFrames: async (id) => readerOf(files.get(id)!, readers.works),
  };
  const search = exhaustiveSearch(prints);
  return {
    prints,
    close() {
      readers.query.close();
      readers.works.close();
    },
    cpuS() {
      const { user, system } = process.cpuUsage();
      return decodingMs / 1e3 + (user + system) / 1e6;
    },
    fingerprint: (file) => fingerprint(file, 'check'),
    match: ({ print, parts, sampled }, file) =>
      matchVideo({ track: print, parts, sampled, frames: readerOf(file, readers.query) }, { search, works }),
  };
}

function exhaustiveSearch(prints: ReadonlyMap<string, VideoPrint>): FrameSearch {
  const entries = [...prints].flatMap(([id, { spans }]) =>
    spans.map(({ vector }, span) => ({
      workId: id as WorkId,
      span,
      vector,
      norm: Math.sqrt(dot(vector, vector)),
    })),
  );
  return {
    query: (vectors, count) =>
      vectors.map((vector) => {
        const norm = Math.sqrt(dot(vector, vector));
        const hits: FrameHit[] = entries.map(({ workId, span, vector: other, norm: length }) => ({
          workId,
          span,
          similarity: dot(vector, other) / (norm * length),
        }));
        return hits.toSorted((a, b) => b.similarity - a.similarity).slice(0, count);
      }),
  };
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
