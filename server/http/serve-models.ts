import type { Express } from 'express';
import express from 'express';
import { NotFoundError } from '../errors.ts';

/** What a browser needs to make a fingerprint anew. A digest on the chain says what their bytes must be. */
const PUBLIC_FILE = /^\/[\w-]+@\d+\.\d+\.\d+\/(card\.json|int8\.onnx|head\.bin)$/;

/** `GET /models/<name>@<version>/…`: the files of the shipped models, which never change under one version. */
export function addModels(app: Express, folder: string): void {
  const files = express.static(folder, { index: false, redirect: false, immutable: true, maxAge: '1y' });
  app.use('/models', (request, response, next) => {
    const missing = () => next(new NotFoundError('not_found', `there is no model file ${request.path}`));
    if (!PUBLIC_FILE.test(request.path)) return missing();
    files(request, response, (error?: unknown) => (error === undefined ? missing() : next(error)));
  });
}
