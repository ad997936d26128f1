import type { LeafPrint, Print } from '../../domain/fingerprint.ts';
import type { Match, Policy } from '../../domain/match.ts';
import type { DecodedImage, Raster } from '../../domain/media.ts';
import { InputError, InternalError } from '../../errors.ts';
import { decodeImage, isLowInformation, mirrorRaster } from '../../pipeline/decode/index.ts';
import { fingerprintImage, fingerprintRegions, imageLeaves } from '../../pipeline/fingerprint/index.ts';
import { cosine, matchPrint } from '../../pipeline/match/index.ts';
import type { SuspectSegment } from '../../pipeline/record/index.ts';
import type { Deps } from '../deps.ts';
import type { ModelFiles } from '../export-proof.ts';
import type { PrintFollower } from '../follow-prints.ts';
import type { ClaimedPair, MediaFile, MediumPath } from './medium-path.ts';

/** A picture's print with its leaves. */
export interface ImagePrint extends LeafPrint {
  readonly print: Print;
}

type Needs = Pick<Deps, 'prints' | 'search' | 'embedder' | 'background' | 'calibration' | 'model'> &
  Pick<Deps, 'decoder' | 'decodeLimits' | 'rasters' | 'encodePreview'> & {
    readonly follower: PrintFollower;
    readonly modelFiles: ModelFiles;
    readonly imagePolicy: Policy;
    readonly sniff: (path: string) => Promise<string | null>;
  };

/** Pictures: the working raster is kept in memory from the request to its job. */
export function createImagePath(deps: Needs): MediumPath<ImagePrint> {
  const decode = (file: MediaFile) => decodeCached(deps, file);
  return {
    medium: 'image',
    model: { ...deps.modelFiles, digest: deps.model.digest },
    policy: deps.imagePolicy,
    async admit(file) {
      if ((await deps.sniff(file.path)) === null) return null;
      if (file.sizeBytes > deps.decodeLimits.maxBytes) {
        const limit = `the limit for pictures is ${deps.decodeLimits.maxBytes}`;
        throw new InputError('media_too_large', `the picture has ${file.sizeBytes} bytes, ${limit}`);
      }
      const { mediaType, width, height } = await decode(file);
      return { mediaType, width, height, durationMs: null };
    },
    async fingerprint(file) {
      return withLeaves(await fingerprintImage(await decode(file), deps.embedder));
    },
    storePrint: (sql, workId, { print }) => deps.prints.insertPrint(sql, workId, print),
    async loadPrint(workId) {
      const print = (await deps.prints.loadPrints([workId])).get(workId);
      return print ? withLeaves(print) : null;
    },
    async removePrint(sql, workId) {
      await deps.prints.removePrint(sql, workId);
    },
    catchUp: () => deps.follower.catchUp(),
    async match({ file, print: { print }, same, exclude }) {
      const query = { decoded: await decode(file), print, exactWorkIds: same ? [same] : [] };
      return await matchPrint(query, deps, { exclude });
    },
    async pairForClaim(file, match, work) {
      return claimedPair(await suspectRegion(deps, await decode(file), match), work.print, match);
    },
    async preview(file) {
      return await deps.encodePreview((await decode(file)).raster);
    },
  };
}

function withLeaves(print: Print): ImagePrint {
  return { ...imageLeaves(print), print };
}

async function decodeCached(deps: Needs, { contentHash, path }: MediaFile): Promise<DecodedImage> {
  const held = deps.rasters.get(contentHash);
  if (held) return held;
  const decoded = await decodeImage({ path }, deps.decoder, deps.decodeLimits);
  deps.rasters.put(contentHash, decoded);
  return decoded;
}

/**
 * The part of the checked picture that the match is about, fingerprinted again from its bytes: the claim names this
 * code, and anyone with the file can make it again. Null for a picture without a look.
 */
async function suspectRegion(
  deps: Needs,
  { raster }: DecodedImage,
  match: Match,
): Promise<SuspectSegment | null> {
  if (isLowInformation(raster)) return null;
  const seen: Raster = match.mirrored ? mirrorRaster(raster) : raster;
  const { x, y, width, height } = match.queryBox;
  const box = match.mirrored ? { x: 1 - x - width, y, width, height } : match.queryBox;
  const [region] = await fingerprintRegions(seen, [box], deps.embedder);
  if (!region) return null;
  const { code, vector } = region.segment;
  return { box, mirrored: match.mirrored, code, vector };
}

/**
 * What is claimed: the work's segment that looks most like the suspect's region, and the cosine of exactly these two
 * vectors. The match's own similarity may come from a closer look (the region warped into place), which an auditor
 * could not derive from the claim.
 */
function claimedPair(suspect: SuspectSegment | null, print: Print, match: Match): ClaimedPair {
  const { vector } = suspect ?? { vector: null };
  if (vector === null) return { suspect, workLeaf: match.workSegment, similarity: match.similarity };
  const pairs = print.segments.map((segment, workLeaf) => ({
    suspect,
    workLeaf,
    similarity: cosine(vector, segment.vector),
  }));
  const [best] = pairs.sort((a, b) => b.similarity - a.similarity);
  if (!best) throw new InternalError('internal', `${match.workId} has no segment`);
  return best;
}
