import { lazy, Suspense, useEffect, useRef } from 'react';
import { Frame } from './frame.tsx';
import { CheckPage } from './pages/check.tsx';
import { CheckDetailPage } from './pages/check-detail.tsx';
import { EvidencePage } from './pages/evidence.tsx';
import { HomePage } from './pages/home.tsx';
import { CheckListPage, EvidenceListPage, RecordsPage, WorkListPage } from './pages/lists.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { RegisterPage } from './pages/register.tsx';
import { WorkPage } from './pages/work.tsx';
import { type Route, useRoute } from './router.ts';

// The verifier brings the hashing, the chain reader and, on demand, the model's runtime.
const VerifyPage = lazy(() =>
  import('./pages/verify.tsx').then((module) => ({ default: module.VerifyPage })),
);
const CertificatePage = lazy(() =>
  import('./pages/certificate.tsx').then((module) => ({ default: module.CertificatePage })),
);

/** The console: the frame and the page that the hash names. */
export function App() {
  const route = useRoute();
  const place = route.path.join('/');
  const lastPlace = useRef(place);
  useEffect(() => {
    // The first page begins as browsers begin it; after that, a new page starts at its top, a screen reader at its title.
    if (lastPlace.current === place) return;
    lastPlace.current = place;
    window.scrollTo(0, 0);
    document.getElementById('page-title')?.focus({ preventScroll: true });
  }, [place]);
  return (
    <Frame place={route.path[0] ?? ''}>
      <Suspense fallback={<p className="muted">Loading</p>}>
        <Page key={place} route={route} />
      </Suspense>
    </Frame>
  );
}

function Page({ route }: { route: Route }) {
  const [place, id, part] = route.path;
  switch (place) {
    case undefined:
      return <HomePage />;
    case 'register':
      return <RegisterPage />;
    case 'check':
      return <CheckPage />;
    case 'verify':
      return <VerifyPage subject={id ?? null} />;
    case 'records':
      return <RecordsPage />;
    case 'works':
      if (id === undefined) return <WorkListPage />;
      return part === 'certificate' ? <CertificatePage id={id} /> : <WorkPage id={id} />;
    case 'checks':
      return id === undefined ? <CheckListPage /> : <CheckDetailPage id={id} />;
    case 'evidence':
      return id === undefined ? <EvidenceListPage /> : <EvidencePage id={id} />;
    default:
      return <NotFoundPage />;
  }
}
