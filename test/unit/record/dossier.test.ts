import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_MERKLE_ROOT, hashWorkRecord, type WorkRecord } from '../../../server/domain/records/index.ts';
import {
  buildDossier,
  cidOf,
  DOSSIER_PARTS,
  type DossierInput,
  disclosePart,
  verifyPart,
} from '../../../server/pipeline/record/index.ts';

const digest = (n: number) => `0x${String(n).repeat(64)}` as const;
const record: WorkRecord = {
  contentHash: digest(1),
  code: digest(2),
  fingerprintRoot: EMPTY_MERKLE_ROOT,
  modelDigest: digest(4),
  mediaType: 'image/png',
  metadataCid: 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
  owner: `0x${'ab'.repeat(20)}`,
};
const at = '2026-01-01T00:00:00.000Z';
const box = { x: 0, y: 0, width: 1, height: 1 };
const input: DossierInput = {
  record,
  suspect: {
    contentHash: digest(5),
    fileName: 'found.jpg',
    mediaType: 'image/jpeg',
    sizeBytes: 10,
    width: 4,
    height: 3,
    segment: { box, mirrored: true, code: digest(6), vector: new Int8Array(256).fill(-3) },
  },
  match: {
    workId: 'work_1',
    medium: 'image',
    segments: [],
    similarity: 0.9,
    probability: 0.99,
    querySegment: 0,
    workSegment: 0,
    queryBox: box,
    workBox: box,
    transform: null,
    mirrored: true,
    reasons: [{ kind: 'exact', detail: 'the same' }],
  },
  model: { name: 'm', version: '1', digest: digest(4) },
  policyVersion: '2',
  tools: { node: '24' },
  environment: { platform: 'linux' },
  sourceUrl: 'https://example.com/a',
  statement: 'mine',
  accused: null,
  reporter: `0x${'AB'.repeat(20)}`,
  timeline: { receivedAt: at, checkedAt: at, filedAt: at },
  custody: [{ at, actor: 'service', action: 'received', digest: digest(5) }],
};
const salt = () => new Uint8Array(16).fill(7);

test('equal evidence and salts give equal bytes, and the CID is that of the bytes', () => {
  const a = buildDossier(input, salt);
  assert.deepEqual(buildDossier(input, salt).bytes, a.bytes);
  assert.equal(cidOf(a.bytes), a.cid);
  assert.notEqual(buildDossier(input).evidenceRoot, a.evidenceRoot, 'salts are random by default');
});

test('every part can be shown alone, and no other value passes for it', () => {
  const { document, evidenceRoot } = buildDossier(input);
  assert.deepEqual(
    document.parts.map((part) => part.name),
    [...DOSSIER_PARTS],
  );
  for (const name of DOSSIER_PARTS) {
    const disclosure = disclosePart(document, name);
    assert.ok(verifyPart(evidenceRoot, disclosure), name);
    const { part } = disclosure;
    const altered = [
      { ...disclosure, part: { ...part, value: { other: true } } },
      { ...disclosure, part: { ...part, salt: '00'.repeat(16) } },
      { ...disclosure, part: { ...part, name: name === 'work' ? ('match' as const) : ('work' as const) } },
      { ...disclosure, index: (disclosure.index + 1) % DOSSIER_PARTS.length },
    ];
    for (const one of altered) assert.ok(!verifyPart(evidenceRoot, one), name);
  }
  assert.throws(() => disclosePart({ ...document, parts: [] }, 'work'), { code: 'not_found' });
});

test('it says what it was told, and nothing that happened to be in the row', () => {
  const row = { ...input.suspect, keyId: 'key_secret', verdict: { outcome: 'copy' } };
  const { document, bytes } = buildDossier({ ...input, suspect: row });
  assert.ok(!new TextDecoder().decode(bytes).includes('key_secret'));
  const work = document.parts.find((part) => part.name === 'work')!.value as { recordDigest: string };
  assert.equal(work.recordDigest, hashWorkRecord(record));
  const parties = document.parts.find((part) => part.name === 'parties')!.value as { reporter: string };
  assert.equal(parties.reporter, `0x${'ab'.repeat(20)}`);
});
