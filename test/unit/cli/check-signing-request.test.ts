import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkSigningRequest } from '../../../server/cli/check-signing-request.ts';
import type { SigningRequest } from '../../../server/cli/owner-key.ts';
import {
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
const asRequest = (value: unknown) => JSON.parse(JSON.stringify(value)) as SigningRequest;

describe('what the owner’s key is asked to sign', () => {
  const consent = asRequest(consentTypedData(record, domain));
  const registration = asRequest(registrationTypedData(record, { nonce: 3n, deadline: 99n }, domain));

  it('is signed when it is this record, in either lane', () => {
    for (const request of [consent, registration]) {
      const { domain: at, types, message } = checkSigningRequest(request, intent);
      assert.deepEqual(
        asRequest({ at, types, message }),
        asRequest({ at: request.domain, types: request.types, message: request.message }),
      );
    }
  });

  it('is built from our types, whatever types came with it', () => {
    const widened = {
      ...consent,
      types: { ...consent.types, Permit: [{ name: 'spender', type: 'address' }] },
    };
    assert.deepEqual(checkSigningRequest(widened, intent).types, consentTypedData(record, domain).types);
  });

  const hostile: readonly (readonly [string, SigningRequest])[] = [
    ['a token permit', { ...consent, primaryType: 'Permit' }],
    ['for another application', { ...consent, domain: { ...consent.domain, name: 'USD Coin' } }],
    ['for another version', { ...consent, domain: { ...consent.domain, version: '2' } }],
    ['a record of another file', { ...consent, message: { ...record, contentHash: digest('ee') } }],
    ['a record of another owner', { ...consent, message: { ...record, owner: `0x${'33'.repeat(20)}` } }],
    ['nothing', { ...consent, message: {} }],
  ];
  for (const [what, request] of hostile) {
    it(`is refused when it is ${what}`, () => {
      assert.throws(() => checkSigningRequest(request, intent), { code: 'invalid_signature' });
    });
  }
});
