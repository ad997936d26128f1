import type { WorkId } from '../domain/ids.ts';
import type { IsccNeighbour, IsccUnitSimilarity } from '../domain/iscc.ts';
import { decodeIscc } from '../pipeline/fingerprint/iscc/index.ts';
import { type Caller, seesEverything } from './caller.ts';
import type { Deps } from './deps.ts';

/**
 * Works with a unit near one of those in `iscc`: an ISCC-CODE, of which each unit is looked for, or a single unit.
 * Best first. Works without a signature are found by whoever may see them. Throws `invalid_request` when `iscc` is none.
 */
export async function findIscc(
  deps: Pick<Deps, 'isccUnits'>,
  query: { readonly iscc: string; readonly minSimilarity: number; readonly limit: number },
  caller: Caller,
): Promise<IsccNeighbour[]> {
  const unsignedOf = seesEverything(caller) ? undefined : caller.keyId;
  const found = new Map<WorkId, IsccUnitSimilarity[]>();
  for (const unit of decodeIscc(query.iscc)) {
    for (const { workId, units } of await deps.isccUnits.findNear(unit, { ...query, unsignedOf })) {
      found.set(workId, [...(found.get(workId) ?? []), ...units]);
    }
  }
  const neighbours = [...found].map(([workId, units]) => ({
    workId,
    units: units.sort((a, b) => b.similarity - a.similarity),
  }));
  neighbours.sort((a, b) => best(b) - best(a) || b.units.length - a.units.length);
  return neighbours.slice(0, query.limit);
}

function best({ units }: IsccNeighbour): number {
  return units[0]!.similarity;
}
