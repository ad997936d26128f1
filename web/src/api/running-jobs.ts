/** Which job works on what, as far as this visit started it: the API names a job only in the answer to an upload. */
const jobs = new Map<string, string>();

/** Remembers the job of a work or a check. */
export function rememberJob(subjectId: string, jobId: string): void {
  jobs.set(subjectId, jobId);
}

/** The job of a work or a check, or null when another visit started it. */
export function jobOf(subjectId: string): string | null {
  return jobs.get(subjectId) ?? null;
}
