import { bundleKind } from '../verify/bundle.ts';

/** What the bundle says it proves, before anything is checked. */
export function BundleSummary({ bundle }: { bundle: unknown }) {
  return (
    <p className="plain-box" style={{ marginTop: '1.5rem' }}>
      {bundleKind(bundle) === 'evidence'
        ? 'The proof says that one file copies a registered work, and that this was put on the chain.'
        : 'The proof says that a work was registered by its owner at a certain time.'}
    </p>
  );
}
