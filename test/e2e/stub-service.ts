/**
 * A stand-in for the service while the console is tested alone: the API's real shapes, real hashes, real Merkle
 * trees and real signature checks. It recognises nothing: which file copies which is told to it (`expectCopy`).
 */
import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import express, { type Response } from 'express';
import type { Excerpts } from '../../server/actions/media/medium-path.ts';
import type { Check } from '../../server/domain/check.ts';
import type { Digest } from '../../server/domain/digest.ts';
import type { Evidence } from '../../server/domain/evidence.ts';
import type { Match } from '../../server/domain/match.ts';
import type { Medium } from '../../server/domain/media.ts';
import type { Work } from '../../server/domain/work.ts';
import { type ProblemCode, problemEntry } from '../../server/errors.ts';
import { securityHeaders } from '../../server/http/security-headers.ts';
import { addStubRoutes } from './stub-routes.ts';

export const STUB_KEY = 'colophon_stub_admin';
export const STUB_CHAIN = 31337;
export const STUB_REGISTRY = '0x5fbdb2315678afecb367f032d93f642f64180aa3';
export const STUB_LEDGER = '0xe7f1725e7734ce288f8367e1bb143e90bb3f0512';
export const STUB_MODEL = sha256(Buffer.from('stub model'));

/** What a file is known to copy; a picture's one region need not be spelled out. */
export type KnownCopy = Omit<Match, 'workId' | 'medium' | 'segments'> &
  Partial<Pick<Match, 'medium' | 'segments'>> & { readonly of: Digest };

/** A file that the stub cannot look into. `excerpts` is answered for a match of a check of it. */
export interface ToldFile {
  readonly medium: Medium;
  readonly durationMs: number | null;
  readonly excerpts?: Excerpts;
  /** One frame in RGB at a moment, 160 × 90, for films. */
  readonly frameAt?: (ms: number) => Uint8Array;
  /** PNG of the similarity matrix, for checks of films. */
  readonly matrix?: Buffer;
}

/** All that the stub knows. */
export interface StubState {
  readonly works: Map<string, Work>;
  readonly checks: Map<string, Check>;
  readonly evidence: Map<string, Evidence>;
  readonly files: Map<string, Buffer>;
  readonly copies: Map<Digest, KnownCopy>;
  /** What is known of files that are no pictures, by content hash. */
  readonly told: Map<Digest, ToldFile>;
  /** What the registry says it takes at once. */
  maxFileBytes: number;
  /** Milliseconds between two states. */
  stepMs: number;
}

/** A running stub. */
export interface Stub {
  readonly url: string;
  readonly state: StubState;
  close(): Promise<void>;
}

/** SHA-256 as the API writes it. */
export function sha256(bytes: Uint8Array): Digest {
  return `0x${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A code for a file. Not perceptual: the stub only needs 256 bits that differ between files. */
export function stubCode(bytes: Uint8Array): Digest {
  return sha256(Buffer.concat([Buffer.from('code'), bytes]));
}

/** Answers with a problem of the catalogue. */
export function problem(
  response: Response,
  code: ProblemCode,
  detail: string,
  extra: Record<string, unknown> = {},
): void {
  const { status, title, retryable } = problemEntry(code);
  const location = extra['location'];
  if (typeof location === 'string') response.set('Location', location);
  response.status(status).type('application/problem+json');
  response.send(
    JSON.stringify({ type: `/problems/${code}`, title, status, detail, code, retryable, ...extra }),
  );
}

/** Starts the stub on a free port; it serves the built console as well. */
export async function startStub(options: { port?: number; stepMs?: number } = {}): Promise<Stub> {
  const state: StubState = {
    works: new Map(),
    checks: new Map(),
    evidence: new Map(),
    files: new Map(),
    copies: new Map(),
    told: new Map(),
    maxFileBytes: 64 * 2 ** 20,
    stepMs: options.stepMs ?? 120,
  };
  const app = express();
  // The real policy: the tests fail if the console needs more than it allows.
  app.use(securityHeaders);
  addStubRoutes(app, state);
  app.use('/models', express.static(fileURLToPath(new URL('../../models', import.meta.url))));
  app.use(express.static(fileURLToPath(new URL('../../web/dist', import.meta.url))));
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = app.listen(options.port ?? 0, '127.0.0.1', () => resolve(listening));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    state,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
