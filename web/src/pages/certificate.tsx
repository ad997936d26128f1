import { Button } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { CertificateSheet } from '../certificate/certificate-sheet.tsx';
import { sheetToPng, sheetToSvg } from '../certificate/export-sheet.ts';
import { useWork } from '../parts/live-work.ts';
import { Pending } from '../parts/nothing-yet.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ProblemCard } from '../parts/problem-card.tsx';
import { ProofButton } from '../parts/proof-button.tsx';
import { saveFile } from '../parts/save-file.ts';
import { to } from '../router.ts';

/** The certificate of an anchored work: to look at, to print, to keep. */
export function CertificatePage({ id }: { id: string }) {
  const resource = useWork(id);
  const work = resource.value;
  const sheet = useRef<SVGSVGElement>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const ready = useFontsReady();
  const back = { href: to('works', id), name: work?.title || work?.fileName || 'Work' };
  const verifyUrl = `${location.origin}${location.pathname}#/verify/${id}`;
  const attempt = (step: (svg: SVGSVGElement) => Promise<void>) => () => {
    setProblem(null);
    if (sheet.current) step(sheet.current).catch(setProblem);
  };
  return (
    <>
      <div className="no-print">
        <PageHead title="Certificate" back={back}>
          The certificate is a picture of the facts. What proves them is the bundle, with the file.
        </PageHead>
      </div>
      <Pending of={resource} />
      {problem !== null && <ProblemCard problem={problem} />}
      {work !== null && work.anchor === null && (
        <p className="note-box">There is no certificate yet: the work is not anchored on the chain.</p>
      )}
      {work?.anchor && ready && (
        <div className="stack">
          <div className="row no-print">
            <Button leftSection={<IconPrinter size={17} stroke={1.7} />} onClick={() => print()}>
              Print
            </Button>
            <Button
              variant="default"
              leftSection={<IconDownload size={17} stroke={1.7} />}
              onClick={attempt(async (svg) => saveFile(`${id}.certificate.png`, await sheetToPng(svg)))}
            >
              Save as PNG
            </Button>
            <Button
              variant="default"
              leftSection={<IconDownload size={17} stroke={1.7} />}
              onClick={attempt(async (svg) =>
                saveFile(`${id}.certificate.svg`, await sheetToSvg(svg), 'image/svg+xml'),
              )}
            >
              Save as SVG
            </Button>
            <ProofButton kind="works" id={id} />
          </div>
          <div className="certificate">
            <CertificateSheet ref={sheet} work={work} anchor={work.anchor} verifyUrl={verifyUrl} />
          </div>
        </div>
      )}
    </>
  );
}

// Lines are broken by measuring, which needs the fonts to be there.
function useFontsReady(): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    Promise.all(
      ['Source Serif 4', 'Source Sans 3', 'Source Code Pro'].map((name) =>
        document.fonts.load(`16px "${name}"`),
      ),
    )
      .catch(() => undefined)
      .then(() => setReady(true));
  }, []);
  return ready;
}
