/** What of a service its banner tells. */
export interface BannerFacts {
  readonly url: string;
  readonly dataFolder: string;
  readonly rpcUrl: string;
  readonly chainIsLocal: boolean;
  readonly model: { readonly name: string; readonly version: string };
  /** The first admin's key when this start made it. */
  readonly firstKey: { readonly secret: string } | null;
}

/** What `npm start` prints when everything is ready: where it is, the first key when there is one, and what to do next. */
export function banner(app: BannerFacts): string {
  const lines = [
    '',
    `  Colophon is ready at ${app.url}`,
    '',
    `  console   ${app.url}/`,
    `  API       ${app.url}/docs`,
    `  data      ${app.dataFolder}`,
    `  chain     ${app.rpcUrl}${app.chainIsLocal ? ' (local)' : ''}`,
    `  model     ${app.model.name}@${app.model.version}`,
  ];
  if (app.firstKey) {
    lines.push('', `  admin API key, shown this once: ${app.firstKey.secret}`);
    lines.push(`  next: npx colophon login --url ${app.url} --api-key KEY, then npx colophon register FILE`);
  } else lines.push('', `  next: npx colophon --url ${app.url} check FILE`);
  return `${lines.join('\n')}\n\n`;
}
