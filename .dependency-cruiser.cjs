/**
 * What may import what (docs/architecture.md). test/architecture/import-rules.test.ts runs these rules over the
 * tree, and over seeded violations, so that a rule that forbids nothing is noticed.
 */
const STAGES = ['decode', 'fingerprint', 'match', 'decide', 'record', 'anchor', 'prove'];
const ADAPTERS = ['media', 'inference', 'store', 'search', 'content', 'chain'];
const DOORS = ['http', 'jobs', 'cli'];

/** The libraries with one owner. Everything else in server/ must not know them. */
const OWNED = {
  media: ['sharp', 'node-av', 'pdfjs-dist', 'parse5', 'yauzl', 'iconv-lite', 'chardet'],
  inference: ['onnxruntime-node'],
  store: ['@electric-sql/pglite', 'pg'],
  search: ['usearch'],
  content: ['ipfs-http-client', 'ipfs-unixfs-importer'],
};

const forbidden = [
  {
    name: 'no-circular',
    comment: 'A circle means that two files are one thing, or that one knows too much.',
    severity: 'error',
    from: { path: '^(server|web|scripts)/' },
    to: { circular: true },
  },
  {
    name: 'domain-stands-alone',
    severity: 'error',
    from: { path: '^server/domain/' },
    to: { path: '^(server|web|scripts)/', pathNot: '^server/(domain/|errors[.]ts$)' },
  },
  ...STAGES.map((stage, index) => ({
    name: `stage-${stage}`,
    comment: 'A stage knows the domain, and earlier stages through their index.',
    severity: 'error',
    from: { path: `^server/pipeline/${stage}/` },
    to: {
      path: '^(server|web|scripts)/',
      pathNot: `^server/(domain/|errors[.]ts$|pipeline/${stage}/${STAGES.slice(0, index)
        .map((earlier) => `|pipeline/${earlier}/(video/|audio/|text/)?index[.]ts$`)
        .join('')})`,
    },
  })),
  {
    name: 'stages-know-no-technology',
    comment:
      'Stages also run in the browser: no Node module, and of libraries only hashing, CIDs and schemas.',
    severity: 'error',
    from: { path: '^server/pipeline/' },
    to: {
      dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'],
      pathNot: 'node_modules/(@noble/hashes|multiformats|ipfs-unixfs-importer|zod|ethers)/',
    },
  },
  ...ADAPTERS.map((adapter) => ({
    name: `adapter-${adapter}`,
    comment: 'An adapter knows the domain and the interfaces that stages declare; never another adapter.',
    severity: 'error',
    from: { path: `^server/${adapter}/` },
    to: {
      path: '^(server|web|scripts)/',
      pathNot: `^server/(domain/|errors[.]ts$|pipeline/[^/]+/|${adapter}/|store/db[.]ts$)`,
    },
  })),
  ...Object.entries(OWNED).map(([adapter, libraries]) => ({
    name: `only-${adapter}-uses-its-library`,
    severity: 'error',
    from: { path: '^server/', pathNot: `^server/(${adapter}/|cli/commands[.]ts$|pipeline/record/)` },
    to: { path: `node_modules/(${libraries.join('|')})/` },
  })),
  {
    name: 'actions-meet-adapters-as-interfaces',
    severity: 'error',
    from: { path: '^server/actions/' },
    to: {
      path: '^(server|web|scripts)/',
      pathNot: '^server/(domain/|errors[.]ts$|pipeline/|actions/)',
      dependencyTypesNot: ['type-only'],
    },
  },
  ...DOORS.map((door) => ({
    name: `door-${door}`,
    comment: 'A door knows actions and the domain; never an adapter, never another door.',
    severity: 'error',
    from: { path: `^server/${door}/`, pathNot: '^server/cli/(main|verify[^/]*)[.]ts$' },
    to: {
      path: '^(server|web|scripts)/',
      pathNot: `^server/(domain/|errors[.]ts$|actions/|pipeline/prove/|${door}/)`,
      dependencyTypesNot: ['type-only'],
    },
  })),
  {
    name: 'only-the-process-builds-the-app',
    severity: 'error',
    from: { path: '^server/', pathNot: '^server/(main|app[a-z-]*)[.]ts$|^server/cli/' },
    to: { path: '^server/app[a-z-]*[.]ts$' },
  },
  {
    name: 'web-shares-only-what-runs-in-a-browser',
    severity: 'error',
    from: { path: '^web/' },
    to: {
      path: '^(server|scripts)/',
      pathNot:
        '^server/(http/schemas/|domain/|pipeline/|errors[.]ts$|chain/(contracts/|chain-reader|published-code|rpc))',
    },
  },
  {
    name: 'not-to-dev-dependencies',
    severity: 'error',
    from: { path: '^server/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-unresolvable',
    severity: 'error',
    from: { path: '^(server|web|scripts)/' },
    to: { couldNotResolve: true, pathNot: '[?]|^virtual:' },
  },
];

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(web/dist|artifacts|cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
