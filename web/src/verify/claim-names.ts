import type { ClaimName } from '../../../server/pipeline/prove/index.ts';

/** The claims in words that a person can agree or disagree with. */
export const CLAIM_TITLES: Readonly<Record<ClaimName, string>> = {
  record: 'The record is whole',
  metadata: 'The description belongs to the record',
  fingerprint: 'The fingerprint belongs to the record',
  model: 'The model is the one that the record names',
  inclusion: 'The record is a leaf of the batch',
  chain: 'Chain and contracts are the expected ones',
  owner: 'The owner signed the record',
  existed: 'The record stood on the chain at this time',
  file: 'The file is the registered one, byte for byte',
  look: 'The file looks as its fingerprint says',
  claim: 'The claim of copying is whole',
  dossier: 'The dossier belongs to the claim',
  segment: 'The part that was compared belongs to the work',
  distance: 'The codes differ by no more than claimed',
  similarity: 'The two are as alike as claimed',
  reporter: 'The reporter made the claim',
  filed: 'The claim stood on the chain at this time',
  'suspect-file': 'The copy is this file, byte for byte',
  'suspect-look': 'The copy looks as the claim says',
};
