import type { ContentReplica, ContentStore } from './content-store.ts';

/** Where content lies. */
export interface ContentOptions {
  /** Made when missing. */
  readonly directory: string;
  /** An IPFS node that keeps a second copy of public content. */
  readonly replica?: ContentReplica | null;
}

/** Opens the embedded content store. Throws `UpstreamError('disk_full' | 'content_unavailable')`. */
export async function openContentStore(_options: ContentOptions): Promise<ContentStore> {
  throw new Error('being written');
}
