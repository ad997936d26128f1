export { fromBase64, toBase64 } from './base64.ts';
export type { Json } from './canonical-json.ts';
export { canonicalBytes, canonicalText } from './canonical-json.ts';
export { cidOf, rawCid } from './cid.ts';
export type { RegistryDomain, SigningRequest, SigningTerms } from './consent.ts';
export { consentSigningDigest, signingRequest, termsOf } from './consent.ts';
export type {
  BuiltDossier,
  CustodyStep,
  Dossier,
  DossierInput,
  DossierPart,
  DossierPartName,
  PartDisclosure,
  SuspectFacts,
  SuspectPlace,
  SuspectSegment,
} from './dossier.ts';
export { buildDossier, DOSSIER_PARTS, disclosePart, evidenceRoot, verifyPart } from './dossier.ts';
export type { BuiltClaim, EvidenceClaimInput, SegmentProof } from './evidence-claim.ts';
export { buildEvidenceClaim, proveSegment, similarityBps } from './evidence-claim.ts';
export type { ImporterParams } from './importer.ts';
export { IMPORTER } from './importer.ts';
export type {
  CanonicalDocument,
  MetadataInput,
  MetadataSegment,
  ModelIdentity,
  WorkMetadata,
} from './metadata.ts';
export { buildMetadata, canonicalDocument } from './metadata.ts';
export { recoverSigner } from './recover-signer.ts';
export type { ConsentCheck, ContractSignatureCheck } from './verify-consent.ts';
export { verifyConsent } from './verify-consent.ts';
export type { BuiltRecord, WorkRecordInput } from './work-record.ts';
export { buildWorkRecord } from './work-record.ts';
