import { PageHead } from '../parts/page-head.tsx';

/** The third door. */
export function VerifyPage(_props: { subject: string | null }) {
  return <PageHead title="Verify a proof">Soon.</PageHead>;
}
