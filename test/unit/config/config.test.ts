import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { test } from 'node:test';
import { loadConfig, VARIABLES } from '../../../server/config.ts';
import { InternalError } from '../../../server/errors.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

function invalid(env: NodeJS.ProcessEnv, pattern: RegExp): void {
  assert.throws(
    () => loadConfig(env),
    (error) =>
      error instanceof InternalError && error.code === 'config_invalid' && pattern.test(error.message),
  );
}

test('without any setting there is a whole configuration', () => {
  const config = loadConfig({});
  assert.equal(config.dataFolder, join(ROOT, '.colophon/data'));
  assert.equal(config.http.port, 7700);
  assert.equal(config.http.host, '127.0.0.1');
  assert.equal(config.database.url, null);
  assert.equal(config.chain.rpcUrl, null);
  assert.equal(config.policy.onCopy, 'reject');
});

test('it is frozen to its depth', () => {
  const config = loadConfig({});
  assert.throws(() => {
    (config.http as { port: number }).port = 1;
  }, TypeError);
});

test('relative paths are relative to the repository', () => {
  const config = loadConfig({ COLOPHON_DATA: 'x/y', COLOPHON_MODEL: 'models/m' });
  assert.equal(config.dataFolder, join(ROOT, 'x/y'));
  assert.ok(isAbsolute(String(config.model.folder)));
});

test('an unknown COLOPHON_… is refused, names of the command line and of tests are not', () => {
  invalid({ COLOPHON_BATCHSIZE: '1' }, /COLOPHON_BATCHSIZE/);
  assert.ok(loadConfig({ COLOPHON_URL: 'x', COLOPHON_API_KEY: 'x', COLOPHON_TEST_LOG: 'x', HOME: '/' }));
});

test('wrong values are named, all of them', () => {
  invalid(
    { PORT: '70000', COLOPHON_ON_COPY: 'maybe', DATABASE_URL: 'mysql://x' },
    /PORT.*DATABASE_URL.*COLOPHON_ON_COPY/,
  );
  invalid({ RPC_URL: 'http://127.0.0.1:1' }, /COLOPHON_SIGNER_KEY/);
  invalid({ COLOPHON_SIGNER_KEY: '0x12' }, /private key/);
});

test('a device that decodes films is one of FFmpeg’s, and none unless it is set', () => {
  assert.equal(loadConfig({}).media.videoHardware, null);
  assert.equal(loadConfig({ COLOPHON_VIDEO_HARDWARE: '' }).media.videoHardware, null);
  assert.equal(loadConfig({ COLOPHON_VIDEO_HARDWARE: 'vaapi' }).media.videoHardware, 'vaapi');
  invalid({ COLOPHON_VIDEO_HARDWARE: 'gpu' }, /COLOPHON_VIDEO_HARDWARE/);
});

test('decoding processes are kept ready unless that is off', () => {
  assert.equal(loadConfig({}).media.spareDecoders, true);
  assert.equal(loadConfig({ COLOPHON_SPARE_DECODERS: 'off' }).media.spareDecoders, false);
  invalid({ COLOPHON_SPARE_DECODERS: '0' }, /COLOPHON_SPARE_DECODERS/);
});

test('an empty variable is not set', () => {
  assert.equal(loadConfig({ PORT: '', DATABASE_URL: '' }).http.port, 7700);
});

test('.env.example names every setting, once, and no other', () => {
  const text = readFileSync(join(ROOT, '.env.example'), 'utf8');
  const named = [...text.matchAll(/^#?([A-Z_]+)=/gm)].map((match) => String(match[1]));
  assert.deepEqual(named.sort(), [...VARIABLES].sort());
});

test('.env.example shows the defaults', () => {
  const text = readFileSync(join(ROOT, '.env.example'), 'utf8');
  const shown = Object.fromEntries(
    [...text.matchAll(/^#([A-Z_]+)=(.+)$/gm)].map((match) => [match[1], match[2]]),
  );
  const { DATABASE_URL: _url, IPFS_RPC_URL: _ipfs, ...defaults } = shown;
  assert.deepEqual(loadConfig(defaults), loadConfig({}));
});
