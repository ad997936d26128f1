import type { Match } from '../../domain/match.ts';

/**
 * What the pictures and what the sound of a video say, in one match for each work: the picture is copied, the sound
 * is, or both. Best first.
 */
export function joinTracks(pictures: readonly Match[], sounds: readonly Match[]): Match[] {
  const joined = new Map(pictures.map((match) => [match.workId, match]));
  for (const sound of sounds) {
    const picture = joined.get(sound.workId);
    joined.set(sound.workId, picture ? joinTwo(picture, sound) : { ...sound, medium: 'video' });
  }
  return [...joined.values()].sort((a, b) => b.probability - a.probability);
}

/** The fields of the whole match stay those of the pictures: a claim is made about them. */
function joinTwo(picture: Match, sound: Match): Match {
  const exact = picture.reasons.some((reason) => reason.kind === 'exact');
  if (exact) return picture;
  return {
    ...picture,
    probability: Math.max(picture.probability, sound.probability),
    reasons: [...picture.reasons, ...sound.reasons],
    segments: [...picture.segments, ...sound.segments].sort((a, b) => startOf(a) - startOf(b)),
  };
}

function startOf({ query }: Match['segments'][number]): number {
  return query.kind === 'time' ? query.startMs : 0;
}
