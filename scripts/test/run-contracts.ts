import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Counts } from './run-test-file.ts';

/**
 * Runs Hardhat's own runner (Solidity and TypeScript tests of the contracts) and reads its counts. Rejects when it cannot
 * be started.
 */
export function runContracts(root: string, onOutput: (text: string) => void): Promise<Counts> {
  return new Promise((done, fail) => {
    const hardhat = resolve(root, 'node_modules/hardhat/dist/src/cli.js');
    const child = spawn(process.execPath, [hardhat, 'test'], { cwd: root });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        onOutput(piece);
      });
    }
    child.on('error', fail);
    child.on('close', (code) => {
      const sum = (word: string) =>
        [...text.matchAll(new RegExp(`(\\d+) ${word}\\b`, 'g'))].reduce(
          (total, match) => total + Number(match[1]),
          0,
        );
      const counts = { passed: sum('passing'), failed: sum('failing'), skipped: sum('(?:skipped|pending)') };
      // Hardhat can fail without a failing test (it does not compile): that must not read as green.
      if (code !== 0 && counts.failed === 0) counts.failed = 1;
      if (code === 0 && counts.passed === 0) counts.failed = 1;
      done(counts);
    });
  });
}
