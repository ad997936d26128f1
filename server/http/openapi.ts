import { z } from 'zod';
import { type ProblemCode, problemEntry } from '../errors.ts';
import type { Route } from './route.ts';
import { problemSchema } from './schemas/words.ts';

type Json = Record<string, unknown>;

/** Builds the OpenAPI 3.1 document of the routes. Pure: the same routes give the same document. */
export function buildOpenApi(routes: readonly Route[], version: string): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: describe(route, components) };
  }
  components.add(problemSchema);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Colophon',
      version,
      summary: 'Copyright registry: register works, check for copies, file evidence, prove it',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'API key: `colophon_<id>_<secret>`' },
      },
    },
  };
}

function describe(route: Route, components: Components): Json {
  const { auth } = route;
  return {
    operationId: route.operation,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    ...(auth === 'public' ? { security: [] } : { 'x-roles': auth }),
    parameters: [
      ...parametersOf(route.params, 'path', components),
      ...parametersOf(route.query, 'query', components),
      ...headerParameters(route),
    ],
    ...(route.body ? { requestBody: requestBodyOf(route, components) } : {}),
    responses: { ...successes(route, components), ...problems(route) },
  };
}

function parametersOf(
  schema: z.ZodType | undefined,
  where: 'path' | 'query',
  components: Components,
): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = components.inline(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

function headerParameters(route: Route): Json[] {
  const text = { type: 'string' };
  const headers: Json[] = [];
  if (route.method === 'post') {
    const description = 'Repeating the request with the same key gives the same response';
    headers.push({ name: 'Idempotency-Key', in: 'header', description, schema: text });
  }
  if (202 in route.responses) {
    const description = 'RFC 7240: `wait=SECONDS` answers when the job has ended';
    headers.push({ name: 'Prefer', in: 'header', description, schema: text });
  }
  if (route.responses[200] === 'text/event-stream') {
    headers.push({ name: 'Last-Event-ID', in: 'header', schema: { type: 'integer' } });
  }
  return headers;
}

function requestBodyOf(route: Route, components: Components): Json {
  const schema = components.inline(route.body as z.ZodType, 'input');
  if (route.bodyType !== 'multipart') return { required: true, content: { 'application/json': { schema } } };
  const properties = { ...(schema['properties'] as Json), file: { type: 'string', format: 'binary' } };
  return { required: true, content: { 'multipart/form-data': { schema: { ...schema, properties } } } };
}

function successes(route: Route, components: Components): Json {
  const entries = Object.entries(route.responses).map(([status, schema]) => {
    const content =
      typeof schema === 'string'
        ? { [schema]: { schema: { type: 'string' } } }
        : { 'application/json': { schema: components.add(schema) } };
    return [status, { description: STATUS[status] ?? 'Done', content }];
  });
  return Object.fromEntries(entries);
}

const STATUS: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Done, and the resource is complete',
  202: 'Taken in; a job goes on with it',
};

/** Problems of the route, and those that any route may have, by status. */
function problems(route: Route): Json {
  const any: ProblemCode[] = ['rate_limited', 'shutting_down', 'database_unavailable', 'internal'];
  if (route.auth !== 'public') any.push('missing_key', 'unknown_key', 'forbidden');
  if (route.params || route.query || route.body) any.push('invalid_request');
  if (route.method === 'post') any.push('idempotency_mismatch', 'idempotency_in_progress');
  const codes = [...new Set([...route.problems, ...any])].sort();
  const byStatus = Map.groupBy(codes, (code) => problemEntry(code).status);
  const entries = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    entries.map(([status, list]) => [
      String(status),
      {
        description: list.map((code) => `\`${code}\` ${problemEntry(code).title}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

/** Collects schemas that have a name, so that each stands in the document once. */
class Components {
  readonly #schemas = new Map<string, Json>();

  get schemas(): Json {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A reference to a named schema, or the schema itself. */
  add(schema: z.ZodType): Json {
    const id = z.globalRegistry.get(schema)?.id;
    const json = this.inline(schema, 'output');
    if (id === undefined) return json;
    const { id: _id, ...named } = json;
    const $ref = `#/components/schemas/${id}`;
    // Zod gives a named schema as a reference to a definition, which `inline` has taken in.
    if (named['$ref'] !== $ref) this.#schemas.set(id, named);
    return { $ref };
  }

  /** The JSON Schema; the named ones inside it become components. */
  inline(schema: z.ZodType, io: 'input' | 'output'): Json {
    const json = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' }) as Json;
    const { $schema: _dialect, $defs = {}, ...rest } = json;
    for (const [id, definition] of Object.entries($defs as Record<string, Json>)) {
      const { id: _id, ...named } = definition;
      this.#schemas.set(id, rewrite(named) as Json);
    }
    return rewrite(rest) as Json;
  }
}

/** References of JSON Schema to references of OpenAPI. */
function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : rewrite(inner),
    ]),
  );
}
