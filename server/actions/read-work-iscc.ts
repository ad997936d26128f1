import type { WorkId } from '../domain/ids.ts';
import type { Iscc, IsccUnitType } from '../domain/iscc.ts';
import { encodeUnit } from '../pipeline/fingerprint/iscc/index.ts';
import type { Caller } from './caller.ts';
import type { Deps } from './deps.ts';
import { getWork } from './read.ts';

/** The ISCC of a work as it is shown. */
export interface ShownIscc {
  /** ISCC-CODE; null before the fingerprint, and for works from before ISCC was computed. */
  readonly iscc: Iscc | null;
  /** Every unit at its full length. */
  readonly units: readonly { readonly type: IsccUnitType; readonly iscc: Iscc }[];
}

/** Reads the ISCC of a work. Throws `not_found`. */
export async function readWorkIscc(
  deps: Pick<Deps, 'works' | 'isccUnits'>,
  id: WorkId,
  caller: Caller,
): Promise<ShownIscc> {
  const { iscc } = await getWork(deps, id, caller);
  const units = await deps.isccUnits.findUnits(id);
  return { iscc, units: units.map((unit) => ({ type: unit.type, iscc: encodeUnit(unit) })) };
}
