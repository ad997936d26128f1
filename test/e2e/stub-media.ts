/** The stub's routes that show media; see stub-service.ts. */
import type { Router } from 'express';
import sharp from 'sharp';
import { problem, type StubState } from './stub-service.ts';

/** Adds excerpts, frames, matrices and the files themselves. */
export function addMediaRoutes(api: Router, state: StubState): void {
  const toldOf = (kind: 'works' | 'checks', id: string) => {
    const found = state[kind].get(id);
    return found && state.told.get(found.contentHash);
  };
  api.get('/checks/:id/matches/:index/excerpts', (request, response) => {
    const excerpts = toldOf('checks', request.params.id)?.excerpts;
    if (excerpts === undefined) problem(response, 'not_found', 'There are no words here.');
    else response.json(excerpts);
  });
  api.get('/checks/:id/matches/:index/matrix', (request, response) => {
    const matrix = toldOf('checks', request.params.id)?.matrix;
    if (matrix === undefined) problem(response, 'not_found', 'There is no matrix.');
    else response.type('image/png').send(matrix);
  });
  for (const kind of ['works', 'checks'] as const) {
    api.get(`/${kind}/:id/frames`, async (request, response) => {
      const frameAt = toldOf(kind, request.params.id)?.frameAt;
      if (frameAt === undefined) return problem(response, 'not_found', 'There are no frames.');
      const times = String(request.query['ms']).split(',').map(Number);
      const raw = { width: 160, height: 90, channels: 3 } as const;
      const strip = sharp({ create: { ...raw, width: 160 * times.length, background: '#000' } }).composite(
        times.map((ms, i) => ({ input: Buffer.from(frameAt(ms)), raw, left: 160 * i, top: 0 })),
      );
      response.type('image/jpeg').send(await strip.jpeg().toBuffer());
    });
  }
  // The works are taken to be somebody else's: their bytes are not given.
  api.get('/works/:id/media', (_request, response) =>
    problem(response, 'not_found', 'They are its creator’s.'),
  );
  api.get('/checks/:id/media', (request, response) => {
    const check = state.checks.get(request.params.id);
    const bytes = check && state.files.get(check.id);
    if (bytes === undefined) problem(response, 'not_found', 'There is no such check.');
    else response.type(check!.mediaType).send(bytes);
  });
}
