import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type AskedToSign,
  checkSigningRequest,
  consentTypedData,
  registrationTypedData,
  type WorkRecord,
} from '../../../server/domain/records/index.ts';

const digest = (byte: string): `0x${string}` => `0x${byte.repeat(32)}`;
const OWNER = `0x${'11'.repeat(20)}` as const;
const record: WorkRecord = {
  contentHash: digest('aa'),
  code: digest('bb'),
  fingerprintRoot: digest('cc'),
  modelDigest: digest('dd'),
  mediaType: 'image/jpeg',
  metadataCid: 'bafkreia',
  owner: OWNER,
};
const domain = { chainId: 31337, verifyingContract: `0x${'22'.repeat(20)}` } as const;
const intent = { contentHash: record.contentHash, owner: OWNER };
const asRequest = (value: unknown) => JSON.parse(JSON.stringify(value)) as AskedToSign & { types: object };

describe('what the owner’s key is asked to sign', () => {
  const consent = asRequest(consentTypedData(record, domain));
  const registration = asRequest({
    ...registrationTypedData(record, { nonce: 3n, deadline: 99n }, domain),
    nonce: '3',
    deadline: 99,
  });

  it('is signed when it is this record: bare in the batch lane, both ways in the record lane', () => {
    const bare = checkSigningRequest(consent, intent);
    assert.deepEqual(asRequest(bare.main), consent);
    assert.equal(bare.standing, null);
    const both = checkSigningRequest(registration, intent);
    assert.deepEqual(asRequest({ ...both.main, nonce: '3', deadline: 99 }), registration);
    assert.deepEqual(asRequest(both.standing), consent, 'built here, whatever the service sends');
  });

  it('has the fields of a record and no others', () => {
    const more = { ...consent, message: { ...record, spender: OWNER } };
    assert.deepEqual(checkSigningRequest(more, intent).main.message, record);
  });

  it('is built from our types, whatever types came with it', () => {
    const widened = {
      ...consent,
      types: { ...consent.types, Permit: [{ name: 'spender', type: 'address' }] },
    };
    assert.deepEqual(checkSigningRequest(widened, intent).main.types, consentTypedData(record, domain).types);
  });

  const hostile: readonly (readonly [string, AskedToSign])[] = [
    ['a token permit', { ...consent, primaryType: 'Permit' }],
    ['for another application', { ...consent, domain: { ...consent.domain, name: 'USD Coin' } }],
    ['for another version', { ...consent, domain: { ...consent.domain, version: '2' } }],
    ['a record of another file', { ...consent, message: { ...record, contentHash: digest('ee') } }],
    ['a record of another owner', { ...consent, message: { ...record, owner: `0x${'33'.repeat(20)}` } }],
    ['nothing', { ...consent, message: {} }],
    ['a record without a model', { ...consent, message: { ...record, modelDigest: '0x' } }],
    ['for no contract', { ...consent, domain: { ...consent.domain, verifyingContract: '0x' } }],
    ['for no chain', { ...consent, domain: { ...consent.domain, chainId: '-1' } }],
    ['under another nonce than it names', { ...registration, nonce: '4' }],
    ['until another time than it names', { ...registration, deadline: 100 }],
  ];
  for (const [what, request] of hostile) {
    it(`is refused when it is ${what}`, () => {
      assert.throws(() => checkSigningRequest(request, intent), { code: 'invalid_signature' });
    });
  }
});
