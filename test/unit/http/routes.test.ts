/** What every route must have, walked over all of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { ROLES } from '../../../server/domain/key.ts';
import { problemCodes } from '../../../server/errors.ts';
import { toExpressPath } from '../../../server/http/http-app.ts';
import { buildOpenApi } from '../../../server/http/openapi.ts';
import type { Route } from '../../../server/http/route.ts';
import { routes } from '../../../server/http/routes/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Routes that anybody may call; adding one is a decision, so it is written down here too. */
const PUBLIC = [
  'get /v1/contents/{cid}',
  'get /v1/evidence/{id}/proof',
  'get /v1/registry',
  'get /v1/works/{id}/proof',
];

const name = (route: Route) => `${route.method} ${route.path}`;

describe('every route', () => {
  for (const route of routes) {
    test(name(route), () => {
      assert.ok(route.auth === 'public' || route.auth.length > 0, 'declares no authentication');
      if (route.auth !== 'public') {
        for (const role of route.auth) assert.ok(ROLES.includes(role));
        assert.ok(route.auth.includes('admin'), 'an admin may do everything');
      }
      if (route.method !== 'get') assert.notEqual(route.auth, 'public', 'a write needs a key');
      assert.match(route.path, /^\/v1\/[a-z-]+(\/\{\w+\}(\/[a-z-]+(\/\{\w+\}\/[a-z-]+)?)?)?$/);
      assert.match(route.operation, /^[a-z]+(-[a-z]+)*$/);
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = route.params instanceof z.ZodObject ? Object.keys(route.params.shape) : [];
      assert.deepEqual(declared, inPath, 'the parameters of path and schema differ');
      for (const code of route.problems) assert.ok(problemCodes().includes(code));
      assert.ok(Object.keys(route.responses).length > 0);
      assert.ok(!(route.bodyType === 'multipart') || route.body, 'multipart without fields');
    });
  }

  test('has a name and a place of its own', () => {
    assert.equal(new Set(routes.map(name)).size, routes.length);
    assert.equal(new Set(routes.map((route) => route.operation)).size, routes.length);
  });

  test('is public only when it is on the list', () => {
    assert.deepEqual(
      routes
        .filter((route) => route.auth === 'public')
        .map(name)
        .sort(),
      PUBLIC,
    );
  });
});

describe('the OpenAPI document', () => {
  const document = buildOpenApi(routes, '1.2.3');
  const paths = document['paths'] as Record<
    string,
    Record<string, { security?: unknown[]; responses: Record<string, { description: string }> }>
  >;

  test('describes every route and nothing else', () => {
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    assert.deepEqual(described.sort(), routes.map(name).sort());
    assert.equal(document['openapi'], '3.1.0');
  });

  test('opens only public routes', () => {
    const open = routes.filter((route) => paths[route.path]?.[route.method]?.security?.length === 0);
    assert.deepEqual(open.map(name).sort(), PUBLIC);
  });

  test('refers only to schemas it has', () => {
    const { schemas } = document['components'] as { schemas: Record<string, unknown> };
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    for (const [, id] of references) assert.ok(schemas[String(id)], `${id} is missing`);
    assert.ok(!JSON.stringify(document).includes('$defs'));
    // A reference to itself says nothing.
    for (const [id, schema] of Object.entries(schemas))
      assert.notDeepEqual(schema, { $ref: `#/components/schemas/${id}` });
  });

  test('says which problems a route may have', () => {
    const responses = paths['/v1/works']?.['post']?.responses ?? {};
    assert.match(responses['409']?.description ?? '', /already_registered.*copy_of_registered_work/);
    assert.match(responses['401']?.description ?? '', /missing_key/);
  });

  test('is the one that is committed', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const committed = readFileSync(join(ROOT, 'docs', 'openapi.json'), 'utf8');
    const fresh = `${JSON.stringify(buildOpenApi(routes, version), null, 2)}\n`;
    assert.ok(committed === fresh, 'run `node scripts/openapi.ts`');
  });
});

test('paths are translated for Express', () => {
  assert.equal(toExpressPath('/v1/works/{id}/proof'), '/v1/works/:id/proof');
});
