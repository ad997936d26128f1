import type { Route } from './route.ts';

/** The API's page: the OpenAPI document as plain HTML, made here so that it needs no script and no network. */
export function renderDocs(routes: readonly Route[], openapi: Record<string, unknown>): string {
  const paths = openapi['paths'] as Record<string, Record<string, Operation>>;
  const schemas = (openapi['components'] as { schemas: Record<string, unknown> }).schemas;
  const tags = [...new Set(routes.map((route) => route.tag))];
  const sections = tags.map((tag) => {
    const own = routes.filter((route) => route.tag === tag);
    const articles = own.map((route) => article(route, paths[route.path]?.[route.method] as Operation));
    return `<h2 id="${escapeHtml(tag)}">${escapeHtml(tag)}</h2>${articles.join('')}`;
  });
  const models = Object.entries(schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escapeHtml(name)}"><summary>${escapeHtml(name)}</summary>${pre(schema)}</details>`,
  );
  const nav = tags.map((tag) => `<a href="#${escapeHtml(tag)}">${escapeHtml(tag)}</a>`).join(' ');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Colophon API</title>
<link rel="stylesheet" href="/docs/style.css"></head><body><main>
<h1>Colophon API</h1>
<p>Send <code>Authorization: Bearer colophon_…</code>. Problems are <code>application/problem+json</code> (RFC 9457)
with a stable <code>code</code>. The document behind this page: <a href="/openapi.json">openapi.json</a>.</p>
<nav>${nav} <a href="#schemas">Schemas</a></nav>
${sections.join('')}<h2 id="schemas">Schemas</h2>${models.join('')}</main></body></html>`;
}

interface Operation {
  readonly parameters: readonly { name: string; in: string; required?: boolean; description?: string }[];
  readonly requestBody?: { content: Record<string, { schema: unknown }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}

function article(route: Route, operation: Operation): string {
  const auth = route.auth === 'public' ? 'no key needed' : route.auth.join(', ');
  const parameters = operation.parameters.map(
    ({ name, in: where, required, description }) =>
      `<li><code>${escapeHtml(name)}</code> in ${where}${required ? ', required' : ''}${description ? `: ${escapeHtml(description)}` : ''}</li>`,
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<details><summary>Body: ${escapeHtml(type)}</summary>${pre(schema)}</details>`,
  );
  const responses = Object.entries(operation.responses).map(([status, { description, content }]) => {
    const schema = Object.values(content ?? {})[0]?.schema;
    const shown =
      Number(status) < 400 && schema ? `<details><summary>Schema</summary>${pre(schema)}</details>` : '';
    return `<li><b>${status}</b> ${escapeHtml(description)}${shown}</li>`;
  });
  return `<article id="${escapeHtml(route.operation)}"><h3><span class="${route.method}">${route.method.toUpperCase()}</span>
<code>${escapeHtml(route.path)}</code></h3><p>${escapeHtml(route.summary)}. <small>${escapeHtml(auth)}</small></p>
${route.description ? `<p>${escapeHtml(route.description)}</p>` : ''}
${parameters.length > 0 ? `<ul>${parameters.join('')}</ul>` : ''}${bodies.join('')}<ul>${responses.join('')}</ul></article>`;
}

function pre(schema: unknown): string {
  const text = escapeHtml(JSON.stringify(schema, null, 2));
  const linked = text.replaceAll(
    /&quot;#\/components\/schemas\/(\w+)&quot;/g,
    '<a href="#schema-$1">&quot;$1&quot;</a>',
  );
  return `<pre>${linked}</pre>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Style of the page. */
export const DOCS_STYLE = `:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent)}
body{font:1rem/1.55 system-ui,sans-serif;margin:0}main{max-width:56rem;margin:0 auto;padding:2rem 1.25rem}
nav a{margin-right:.8rem}h2{margin-top:3rem;border-bottom:1px solid var(--line)}article{padding:.4rem 0 1rem;border-bottom:1px solid var(--line)}
h3{margin:.8rem 0 .2rem;font-size:1rem}h3 span{display:inline-block;min-width:4.2rem;font-weight:700}.post{color:#1f7a4d}.get{color:#1c62b9}.delete{color:#b3261e}
pre{overflow:auto;padding:.8rem;border:1px solid var(--line);font-size:.8125rem}small{opacity:.75}ul{padding-left:1.2rem}
@media(prefers-color-scheme:dark){.post{color:#6fd3a0}.get{color:#86b8ff}.delete{color:#ff9d96}}`;
