import { availableParallelism } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { InternalError } from './errors.ts';

const ROOT = resolve(import.meta.dirname, '..');
const MIB = 1024 * 1024;

/** Everything that can be set, by part. Paths are absolute, sizes in bytes, times as their names say. */
export interface Config {
  readonly dataFolder: string;
  readonly consoleFolder: string;
  readonly logLevel: string;
  readonly http: {
    readonly host: string;
    /** 0 = any free port. */
    readonly port: number;
    readonly maxFileBytes: number;
    readonly maxJsonBytes: number;
    /** Requests a second of one API key; 0 = no limit. */
    readonly ratePerSecond: number;
    readonly rateBurst: number;
  };
  /** `url: null` = the embedded database. */
  readonly database: { readonly url: string | null };
  readonly content: { readonly ipfsRpcUrl: string | null };
  readonly model: {
    /** Null = the `models/colophon-image@*` that most works name, or the newest. */
    readonly folder: string | null;
    /** The same for `models/colophon-audio@*`. */
    readonly audioFolder: string | null;
    readonly provider: 'cpu' | 'cuda' | 'tensorrt';
    readonly threads: number;
  };
  readonly media: {
    readonly maxPixels: number;
    /** Most bytes of a file of each medium; the door's limit holds above all of them. */
    readonly maxImageBytes: number;
    readonly maxTextBytes: number;
    readonly maxAudioBytes: number;
    readonly maxVideoBytes: number;
    /** Whether decoding processes for films and sounds are kept ready. */
    readonly spareDecoders: boolean;
    /** Device of FFmpeg's that decodes films for checks; null = software. */
    readonly videoHardware: 'cuda' | 'vaapi' | 'qsv' | 'videotoolbox' | 'd3d11va' | null;
  };
  readonly policy: {
    readonly onCopy: 'reject' | 'review';
    /** Null = the model's own. */
    readonly copyProbability: number | null;
    readonly reviewProbability: number | null;
  };
  /** Works that wait for their owner's signature: how long against newcomers, and how long at all. */
  readonly unsigned: { readonly holdMs: number; readonly expireMs: number };
  readonly jobs: { readonly workers: number };
  readonly chain: {
    /** Null = a local chain of our own. */
    readonly rpcUrl: string | null;
    readonly signerKey: `0x${string}` | null;
    readonly batchSize: number;
    readonly batchIntervalMs: number;
    readonly finalityDepth: number;
  };
}

/** Variables of the command line and of the tests, which share our prefix and are not ours to judge. */
const OTHERS = [
  'COLOPHON_API',
  'COLOPHON_HOME',
  'COLOPHON_URL',
  'COLOPHON_API_KEY',
  'COLOPHON_OWNER_KEY',
  'COLOPHON_CONFIG',
] as const;
/** Prefix of variables that scripts and tests may use as they like. */
const OTHERS_PREFIX = /^COLOPHON_(TEST|BENCH|DEMO)_/;

const integer = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const probability = z.coerce.number().gt(0).max(1);
const httpUrl = z.url({ protocol: /^https?$/ });

const variables = z.object({
  COLOPHON_DATA: z.string().min(1).default('.colophon/data'),
  COLOPHON_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('warn'),
  COLOPHON_HOST: z.string().min(1).default('127.0.0.1'),
  PORT: integer(0, 65_535).default(7700),
  COLOPHON_MAX_FILE_BYTES: integer(1024, 2 ** 40).default(4096 * MIB),
  COLOPHON_MAX_IMAGE_BYTES: integer(1024, 2 ** 40).default(64 * MIB),
  COLOPHON_MAX_TEXT_BYTES: integer(1024, 2 ** 30).default(48 * MIB),
  COLOPHON_MAX_AUDIO_BYTES: integer(1024, 2 ** 40).default(1024 * MIB),
  COLOPHON_MAX_VIDEO_BYTES: integer(1024, 2 ** 40).default(4096 * MIB),
  COLOPHON_SPARE_DECODERS: z.enum(['on', 'off']).default('on'),
  COLOPHON_VIDEO_HARDWARE: z.enum(['cuda', 'vaapi', 'qsv', 'videotoolbox', 'd3d11va']).optional(),
  COLOPHON_MAX_JSON_BYTES: integer(1024, 64 * MIB).default(256 * 1024),
  COLOPHON_MAX_PIXELS: integer(1, 2 ** 31 - 1).default(100_000_000),
  COLOPHON_RATE_LIMIT: z.coerce.number().nonnegative().default(100),
  COLOPHON_RATE_BURST: integer(1, 1_000_000).default(1000),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  IPFS_RPC_URL: httpUrl.optional(),
  COLOPHON_MODEL: z.string().min(1).optional(),
  COLOPHON_AUDIO_MODEL: z.string().min(1).optional(),
  COLOPHON_PROVIDER: z.enum(['cpu', 'cuda', 'tensorrt']).default('cpu'),
  COLOPHON_MODEL_THREADS: integer(1, 256).default(1),
  COLOPHON_ON_COPY: z.enum(['reject', 'review']).default('reject'),
  COLOPHON_COPY_PROBABILITY: probability.optional(),
  COLOPHON_REVIEW_PROBABILITY: probability.optional(),
  COLOPHON_UNSIGNED_HOLD_MINUTES: z.coerce.number().nonnegative().max(10_000).default(15),
  COLOPHON_UNSIGNED_HOURS: z.coerce.number().positive().max(10_000).default(72),
  COLOPHON_WORKERS: integer(1, 256).optional(),
  RPC_URL: httpUrl.optional(),
  COLOPHON_SIGNER_KEY: z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, 'a private key is 0x and 64 hex digits')
    .optional(),
  COLOPHON_BATCH_SIZE: integer(1, 4096).default(4096),
  COLOPHON_BATCH_INTERVAL_MS: integer(0, 3_600_000).default(2000),
  COLOPHON_FINALITY_DEPTH: integer(1, 10_000).default(64),
});

const schema = variables
  .refine((env) => !env.RPC_URL || env.COLOPHON_SIGNER_KEY, {
    path: ['COLOPHON_SIGNER_KEY'],
    message: 'RPC_URL needs the key that signs for the service',
  })
  .transform(nest);

/** Names of all variables that this program reads, for `.env.example` and its test. */
export const VARIABLES: readonly string[] = Object.keys(variables.shape);

/**
 * Reads the environment. Throws `InternalError('config_invalid')` that names each variable which is wrong, and each
 * `COLOPHON_…` that does not exist: a misspelt setting must not be silently ignored.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const unknown = Object.keys(env).filter(
    (name) =>
      name.startsWith('COLOPHON_') &&
      !VARIABLES.includes(name) &&
      !(OTHERS as readonly string[]).includes(name) &&
      !OTHERS_PREFIX.test(name),
  );
  // An empty variable means "not set", as compose files and shells write it.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  const issues = result.success
    ? []
    : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  issues.push(...unknown.map((name) => `${name}: there is no such setting`));
  if (!result.success || issues.length > 0) {
    throw new InternalError('config_invalid', issues.join('; '), { extra: { issues } });
  }
  return result.data;
}

function nest(env: z.infer<typeof variables>): Config {
  return deepFreeze({
    dataFolder: absolute(env.COLOPHON_DATA),
    consoleFolder: join(ROOT, 'web', 'dist'),
    logLevel: env.COLOPHON_LOG_LEVEL,
    http: {
      host: env.COLOPHON_HOST,
      port: env.PORT,
      maxFileBytes: env.COLOPHON_MAX_FILE_BYTES,
      maxJsonBytes: env.COLOPHON_MAX_JSON_BYTES,
      ratePerSecond: env.COLOPHON_RATE_LIMIT,
      rateBurst: env.COLOPHON_RATE_BURST,
    },
    database: { url: env.DATABASE_URL ?? null },
    content: { ipfsRpcUrl: env.IPFS_RPC_URL ?? null },
    model: {
      folder: env.COLOPHON_MODEL === undefined ? null : absolute(env.COLOPHON_MODEL),
      audioFolder: env.COLOPHON_AUDIO_MODEL === undefined ? null : absolute(env.COLOPHON_AUDIO_MODEL),
      provider: env.COLOPHON_PROVIDER,
      threads: env.COLOPHON_MODEL_THREADS,
    },
    media: {
      maxPixels: env.COLOPHON_MAX_PIXELS,
      maxImageBytes: env.COLOPHON_MAX_IMAGE_BYTES,
      maxTextBytes: env.COLOPHON_MAX_TEXT_BYTES,
      maxAudioBytes: env.COLOPHON_MAX_AUDIO_BYTES,
      maxVideoBytes: env.COLOPHON_MAX_VIDEO_BYTES,
      spareDecoders: env.COLOPHON_SPARE_DECODERS === 'on',
      videoHardware: env.COLOPHON_VIDEO_HARDWARE ?? null,
    },
    policy: {
      onCopy: env.COLOPHON_ON_COPY,
      copyProbability: env.COLOPHON_COPY_PROBABILITY ?? null,
      reviewProbability: env.COLOPHON_REVIEW_PROBABILITY ?? null,
    },
    unsigned: {
      holdMs: env.COLOPHON_UNSIGNED_HOLD_MINUTES * 60_000,
      expireMs: env.COLOPHON_UNSIGNED_HOURS * 3_600_000,
    },
    // One more than cores: while one waits for the disk or the network's thread, another computes.
    jobs: { workers: env.COLOPHON_WORKERS ?? Math.min(8, availableParallelism() + 1) },
    chain: {
      rpcUrl: env.RPC_URL ?? null,
      signerKey: (env.COLOPHON_SIGNER_KEY as `0x${string}` | undefined) ?? null,
      batchSize: env.COLOPHON_BATCH_SIZE,
      batchIntervalMs: env.COLOPHON_BATCH_INTERVAL_MS,
      finalityDepth: env.COLOPHON_FINALITY_DEPTH,
    },
  });
}

/** Relative paths are relative to the repository, not to where the command was called. */
function absolute(path: string): string {
  return isAbsolute(path) ? path : join(ROOT, path);
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
