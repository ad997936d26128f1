import { PageHead } from '../parts/page-head.tsx';
import { to } from '../router.ts';

/** For a hash that names no page. */
export function NotFoundPage() {
  return (
    <PageHead title="No such page">
      The address names no page of this console. <a href={to()}>Go to the first page</a>.
    </PageHead>
  );
}
