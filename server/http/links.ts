import type { Check } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Work } from '../domain/work.ts';

/** A work with the paths of what can be asked about it now. */
export function linkWork(work: Work): Work & { links: Record<string, string> } {
  const self = `/v1/works/${work.id}`;
  const links: Record<string, string> = { self, preview: `${self}/preview` };
  if (work.state === 'decided') {
    links['signingRequest'] = `${self}/signing-request`;
    links['signature'] = `${self}/signature`;
  }
  if (work.state === 'in_review') links['review'] = `${self}/review`;
  if (work.state === 'anchored') links['proof'] = `${self}/proof`;
  if (work.metadataCid) links['metadata'] = `/v1/contents/${work.metadataCid}`;
  return { ...work, links };
}

/** A check with its paths. */
export function linkCheck(check: Check): Check & { links: Record<string, string> } {
  const self = `/v1/checks/${check.id}`;
  return { ...check, links: { self, preview: `${self}/preview` } };
}

/** Evidence with its paths. */
export function linkEvidence(evidence: Evidence): Evidence & { links: Record<string, string> } {
  const self = `/v1/evidence/${evidence.id}`;
  const links: Record<string, string> = {
    self,
    work: `/v1/works/${evidence.workId}`,
    check: `/v1/checks/${evidence.checkId}`,
    dossier: `/v1/contents/${evidence.evidenceCid}`,
  };
  if (evidence.state === 'anchored') links['proof'] = `${self}/proof`;
  return { ...evidence, links };
}
