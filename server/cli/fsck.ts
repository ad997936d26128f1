import type { FsckReport } from '../actions/fsck.ts';
import type { ApiClient } from './api-client.ts';
import { EXIT } from './exit-codes.ts';
import { style, table } from './output.ts';

/** `colophon fsck`: has the service derive everything again from its raw data. Gives the exit code. */
export async function runFsck(
  client: ApiClient,
  options: { readonly deep: boolean; readonly json: boolean },
): Promise<number> {
  const { deep, json } = options;
  const report = await client.post<FsckReport>('/v1/fsck', { deep });
  if (json) console.log(JSON.stringify(report));
  else console.log(describeReport(report));
  return report.clean ? EXIT.ok : EXIT.false;
}

/** A report in lines for a person. */
export function describeReport(report: FsckReport): string {
  const counts = Object.entries(report.checked).map(([name, count]) => `${count} ${name}`);
  const looked = `looked at ${counts.join(', ')} in ${(report.durationMs / 1000).toFixed(1)} s`;
  const left = report.notChecked.map((what) => `\n${style('yellow', 'not checked')}  ${what}`).join('');
  if (report.clean) return `${style('green', 'clean')}  ${looked}${left}`;
  const rows = report.problems.map((problem) => [problem.subject, problem.check, problem.detail]);
  return `${style('red', `${report.problems.length} problems`)}  ${looked}\n${table(rows)}${left}`;
}
