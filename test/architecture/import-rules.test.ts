import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../..');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

/** Runs the rules over a folder; gives the names of the broken rules. */
function brokenRules(folder: string, ...paths: string[]): string[] {
  const args = [CRUISER, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...paths];
  const result = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  const report = JSON.parse(result.stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(report.summary.violations.map((violation) => violation.rule.name))].sort();
}

/** Violations, each a file that would break one promise of the house. */
const SEEDS: readonly (readonly [file: string, source: string, rule: string])[] = [
  ['server/domain/bad.ts', "import '../pipeline/match/index.ts';", 'domain-stands-alone'],
  ['server/pipeline/decode/bad.ts', "import '../match/index.ts';", 'stage-decode'],
  ['server/pipeline/match/bad.ts', "import '../decode/inner.ts';", 'stage-match'],
  ['server/pipeline/match/disk.ts', "import 'node:fs';", 'stages-know-no-technology'],
  ['server/pipeline/match/lib.ts', "import 'sharp';", 'stages-know-no-technology'],
  ['server/media/bad.ts', "import '../store/inner.ts';", 'adapter-media'],
  ['server/store/sharp.ts', "import 'sharp';", 'only-media-uses-its-library'],
  ['server/actions/bad.ts', "import '../media/inner.ts';", 'actions-meet-adapters-as-interfaces'],
  ['server/http/bad.ts', "import '../store/inner.ts';", 'door-http'],
  ['server/jobs/bad.ts', "import '../http/inner.ts';", 'door-jobs'],
  ['server/actions/app.ts', "import '../app.ts';", 'only-the-process-builds-the-app'],
  ['web/bad.ts', "import '../server/store/inner.ts';", 'web-shares-only-what-runs-in-a-browser'],
  ['server/http/circle.ts', "import './circle-too.ts';", 'no-circular'],
];

describe('import rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-rules-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('hold in the tree', () => {
    assert.deepEqual(brokenRules(ROOT, 'server', 'web', 'scripts'), []);
  });

  it('notice each seeded violation', () => {
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(join(ROOT, name), join(folder, name));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const write = (file: string, source: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${source}\nexport {};\n`);
    };
    for (const clean of [
      'pipeline/match/index',
      'pipeline/decode/inner',
      'store/inner',
      'media/inner',
      'http/inner',
      'app',
    ]) {
      write(`server/${clean}.ts`, '');
    }
    mkdirSync(join(folder, 'web'));
    write('server/http/circle-too.ts', "import './circle.ts';");
    for (const [file, source, rule] of SEEDS) {
      write(file, source);
      const broken = brokenRules(folder, 'server', 'web');
      assert.ok(
        broken.includes(rule),
        `${file} should break ${rule}, broke ${broken.join(', ') || 'nothing'}`,
      );
      rmSync(join(folder, file));
    }
    rmSync(join(folder, 'server/http/circle-too.ts'));
    assert.deepEqual(brokenRules(folder, 'server'), []);
  });
});
