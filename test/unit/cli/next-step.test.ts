import assert from 'node:assert/strict';
import { test } from 'node:test';
import { banner } from '../../../server/banner.ts';
import { nextCommand } from '../../../server/cli/next-step.ts';

const HOME = { COLOPHON_HOME: '/nowhere/at/all' };

test('the next command names the service only where a bare call would go to another', () => {
  assert.equal(
    nextCommand({ url: 'http://127.0.0.1:7700', apiKey: null }, 'check FILE', HOME),
    'npx colophon check FILE',
  );
  const url = 'http://127.0.0.1:8080';
  assert.equal(
    nextCommand({ url, apiKey: null }, 'check FILE', HOME),
    `npx colophon --url ${url} check FILE`,
  );
  assert.equal(
    nextCommand({ url, apiKey: null }, 'check FILE', { ...HOME, COLOPHON_URL: url }),
    'npx colophon check FILE',
  );
  const apiKey = 'colophon_1_2';
  assert.equal(
    nextCommand({ url, apiKey }, 'check FILE', HOME),
    `npx colophon --url ${url} --api-key KEY check FILE`,
  );
  assert.doesNotMatch(
    nextCommand({ url, apiKey }, 'check FILE', { ...HOME, COLOPHON_API_KEY: apiKey }),
    /KEY/,
  );
});

test('the banner says what to do next, at the port that the service got', () => {
  const facts = {
    url: 'http://127.0.0.1:40269',
    dataFolder: '/data',
    rpcUrl: 'http://127.0.0.1:1',
    chainIsLocal: true,
    model: { name: 'm', version: '1' },
    firstKey: null,
  };
  assert.match(banner(facts), /^ {2}next: npx colophon --url http:\/\/127\.0\.0\.1:40269 check FILE\n\n$/m);
  const firstKey = { secret: 'colophon_1_2' };
  const first = banner({ ...facts, firstKey });
  assert.match(
    first,
    /colophon_1_2\n {2}next: npx colophon login --url http:\S+:40269 --api-key KEY, then .*register FILE\n\n$/,
  );
});
