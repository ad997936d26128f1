import { AccessError } from '../errors.ts';

/** How a caller stands after a request, for the `RateLimit-…` headers. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the bucket is full again. */
  readonly resetS: number;
}

/** Token buckets, one for each caller: `burst` at once, `perSecond` in the long run. */
export interface RateLimiter {
  /** Takes one token; null without a limit. Throws `rate_limited` with `retryAfterS` when there is none. */
  take(who: string, nowMs: number): RateState | null;
}

interface Bucket {
  tokens: number;
  at: number;
}

// Callers that have not come for so long have full buckets; their entries need no memory.
const FORGET_AFTER = 10_000;

/** A rate limiter in this process's memory; `perSecond` 0 = no limit. */
export function createRateLimiter(perSecond: number, burst: number): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(who, nowMs) {
      if (perSecond === 0) return null;
      if (buckets.size > FORGET_AFTER) forgetFull(buckets, perSecond, burst, nowMs);
      const bucket = buckets.get(who) ?? { tokens: burst, at: nowMs };
      const tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.at) / 1000) * perSecond);
      if (tokens < 1) {
        const retryAfterS = Math.ceil((1 - tokens) / perSecond);
        throw new AccessError(
          'rate_limited',
          `wait ${retryAfterS} s; the limit is ${perSecond} requests a second`,
          {
            extra: { retryAfterS },
          },
        );
      }
      buckets.set(who, { tokens: tokens - 1, at: nowMs });
      return {
        limit: burst,
        remaining: Math.floor(tokens - 1),
        resetS: Math.ceil((burst - tokens + 1) / perSecond),
      };
    },
  };
}

function forgetFull(buckets: Map<string, Bucket>, perSecond: number, burst: number, nowMs: number): void {
  for (const [who, bucket] of buckets) {
    if (bucket.tokens + ((nowMs - bucket.at) / 1000) * perSecond >= burst) buckets.delete(who);
  }
}
