import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Wallet } from 'ethers';
import type { WorkRecord } from '../../../server/domain/records/index.ts';
import type { Lane, OwnerConsent } from '../../../server/domain/work.ts';
import { recoverSigner, signingRequest, verifyConsent } from '../../../server/pipeline/record/index.ts';

const owner = new Wallet(`0x${'11'.repeat(32)}`);
const stranger = new Wallet(`0x${'22'.repeat(32)}`);
const domain = { chainId: 31337, registry: `0x${'ab'.repeat(20)}` } as const;
const now = 1_800_000_000;
const digest = (n: number) => `0x${String(n).repeat(64)}` as const;
const record: WorkRecord = {
  contentHash: digest(1),
  code: digest(2),
  fingerprintRoot: digest(3),
  modelDigest: digest(4),
  mediaType: 'image/png',
  metadataCid: 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
  owner: owner.address.toLowerCase() as `0x${string}`,
};

async function sign(
  lane: Lane,
  options: { wallet?: Wallet; chainId?: number; deadline?: number; nonce?: string; record?: WorkRecord } = {},
): Promise<OwnerConsent> {
  const deadline = options.deadline ?? now + 3600;
  const nonce = lane === 'record' ? (options.nonce ?? '0') : null;
  const where = { ...domain, chainId: options.chainId ?? domain.chainId };
  const request = signingRequest(lane, options.record ?? record, { deadline, nonce }, where);
  // A wallet sees only what HTTP carries.
  const seen = JSON.parse(JSON.stringify(request));
  const ask = async (question: typeof seen) =>
    (await (options.wallet ?? owner).signTypedData(
      question.domain,
      question.types,
      question.message,
    )) as `0x${string}`;
  const standing = seen.standing === null ? null : await ask(seen.standing);
  return { signature: await ask(seen), deadline, nonce, standing };
}

for (const lane of ['batch', 'record'] as const) {
  describe(`consent in the ${lane} lane`, () => {
    const verify = (consent: OwnerConsent, changes: object = {}) =>
      verifyConsent({ lane, record, consent, domain, now, nextNonce: '0', ...changes });

    test("the owner's wallet can give it", async () => {
      await verify(await sign(lane));
    });

    test("a stranger's signature is invalid", async () => {
      await assert.rejects(verify(await sign(lane, { wallet: stranger })), { code: 'invalid_signature' });
    });

    test('over another record it is invalid', async () => {
      const other = { ...record, mediaType: 'image/jpeg' };
      await assert.rejects(verify(await sign(lane, { record: other })), { code: 'invalid_signature' });
    });

    test('over another chain it is named so', async () => {
      await assert.rejects(verify(await sign(lane, { chainId: 1 })), { code: 'wrong_chain' });
    });

    test('over another contract it is invalid', async () => {
      const elsewhere = { ...domain, registry: `0x${'cd'.repeat(20)}` };
      await assert.rejects(verify(await sign(lane), { domain: elsewhere }), { code: 'invalid_signature' });
    });

    test('after the deadline it has expired', async () => {
      await assert.rejects(verify(await sign(lane, { deadline: now - 1 })), { code: 'signature_expired' });
    });

    test('what is no signature is invalid', async () => {
      const consent = await sign(lane);
      for (const signature of [
        '0x',
        '0x12',
        `${consent.signature}00`,
        consent.signature.replace(/..$/, '02'),
      ] as const) {
        const bad = { ...consent, signature: signature as `0x${string}` };
        await assert.rejects(verify(bad), { code: 'invalid_signature' }, signature);
      }
    });

    test('a contract account is asked, and believed', async () => {
      const consent = await sign(lane, { wallet: stranger });
      const asked: string[] = [];
      const checkContract = async (account: string) => {
        asked.push(account);
        return true;
      };
      await verify(consent, { checkContract });
      assert.deepEqual(new Set(asked), new Set([record.owner]));
      await assert.rejects(verify(consent, { checkContract: async () => false }), {
        code: 'invalid_signature',
      });
    });
  });
}

test('in the record lane a used nonce is a replay, and one ahead is not taken', async () => {
  const consent = await sign('record', { nonce: '3' });
  const check = (nextNonce: string) =>
    verifyConsent({ lane: 'record', record, consent, domain, now, nextNonce });
  await check('3');
  await assert.rejects(check('4'), { code: 'signature_replayed', status: 409 });
  await assert.rejects(check('2'), { code: 'invalid_signature' });
});

test('in the record lane nonce and deadline are signed', async () => {
  const consent = await sign('record');
  const check = (changed: OwnerConsent) =>
    verifyConsent({ lane: 'record', record, consent: changed, domain, now });
  await check(consent);
  await assert.rejects(check({ ...consent, nonce: '1' }), { code: 'invalid_signature' });
  await assert.rejects(check({ ...consent, deadline: consent.deadline + 1 }), { code: 'invalid_signature' });
  await assert.rejects(check({ ...consent, nonce: null }), { code: 'invalid_signature' });
});

test('the record lane needs the standing consent as well, over the same record', async () => {
  const consent = await sign('record');
  const check = (standing: OwnerConsent['standing']) =>
    verifyConsent({ lane: 'record', record, consent: { ...consent, standing }, domain, now });
  await check(consent.standing);
  await assert.rejects(check(null), { code: 'invalid_signature', message: /standing/ });
  await assert.rejects(check(consent.signature), { code: 'invalid_signature' });
  const other = await sign('record', { record: { ...record, mediaType: 'image/jpeg' } });
  await assert.rejects(check(other.standing), { code: 'invalid_signature' });
});

test('the mirrored signature (high s) is nobody’s', async () => {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const message = digest(9);
  const { r, s, v } = owner.signingKey.sign(message);
  const low = `${r}${s.slice(2)}${v.toString(16)}`;
  const mirrored = `${r}${(order - BigInt(s)).toString(16).padStart(64, '0')}${(55 - v).toString(16)}`;
  assert.equal(recoverSigner(message, low), owner.address.toLowerCase());
  assert.equal(recoverSigner(message, mirrored), null);
});
