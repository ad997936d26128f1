import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * Reads a passphrase: from the terminal without showing it, else the first line of standard input, so that scripts can
 * give it without an argument that other users could see.
 */
export function askPassphrase(question: string): Promise<string> {
  const { stdin, stderr } = process;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY === true });
  if (stdin.isTTY) stderr.write(question);
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => {
      if (stdin.isTTY) stderr.write('\n');
      resolve('');
    });
  });
}
