import type { UnsignedTerms } from '../domain/unsigned-wait.ts';
import type { ApiClient } from './api-client.ts';

/**
 * How long a work of this registry may stay unsigned; null where the service does not tell. Only advice hangs on it: what
 * was done before must not fail for it.
 */
export async function findUnsignedTerms(client: Pick<ApiClient, 'get'>): Promise<UnsignedTerms | null> {
  try {
    const { unsigned } = await client.get<{ unsigned?: UnsignedTerms }>('/v1/registry');
    return unsigned ?? null;
  } catch {
    return null;
  }
}
