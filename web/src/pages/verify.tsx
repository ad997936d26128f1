import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Address } from '../../../server/domain/records/index.ts';
import { type ClaimResult, type ProofBundle, parseBundle } from '../../../server/pipeline/prove/index.ts';
import { request } from '../api/client.ts';
import { BundleSummary } from '../parts/bundle-summary.tsx';
import { ClaimList, ClaimSeal } from '../parts/claim-list.tsx';
import { FileDrop } from '../parts/file-drop.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ProblemCard } from '../parts/problem-card.tsx';
import { useRegistry } from '../registry.ts';
import { runVerification } from '../verify/run-verification.ts';

/** The service's read-only way to its chain, offered because a local node lets no browser in. */
const RELAY = new URL('rpc', document.baseURI.replace(/#.*$/, '')).toString();

/** The third door: a proof, perhaps its files, and a node of the chain; the rest is computed here. */
export function VerifyPage({ subject }: { subject: string | null }) {
  const { facts } = useRegistry();
  const [bundle, setBundle] = useState<{ name: string; value: ProofBundle } | null>(null);
  const [original, setOriginal] = useState<File | null>(null);
  const [suspect, setSuspect] = useState<File | null>(null);
  const [typedUrl, setTypedUrl] = useState<string | null>(null);
  const [step, setStep] = useState<string | null>(null);
  const [claims, setClaims] = useState<readonly ClaimResult[] | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const rpcUrl = typedUrl ?? (facts?.rpcUrl ? RELAY : '');
  const badUrl = rpcUrl !== '' && !URL.canParse(rpcUrl);

  useEffect(() => {
    if (subject === null) return;
    const kind = subject.startsWith('evidence_') ? 'evidence' : 'works';
    request(`${kind}/${subject}/proof`)
      .then(async (response) =>
        setBundle({ name: 'taken from this registry', value: parseBundle(await response.text()) }),
      )
      .catch(setProblem);
  }, [subject]);

  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    setProblem(null);
    setClaims(null);
    try {
      setBundle({ name: file.name, value: parseBundle(await file.text()) });
    } catch (error) {
      setProblem(error);
    }
  };
  const expected = facts === null ? null : { registry: lower(facts.registry), ledger: lower(facts.ledger) };
  const verify = async () => {
    if (bundle === null) return;
    setProblem(null);
    setClaims(null);
    setStep('Computing the claims');
    try {
      setClaims(
        await runVerification({
          bundle: bundle.value,
          original,
          suspect,
          rpcUrl,
          expected: expected ?? bundle.value.chain,
          onStep: setStep,
        }),
      );
    } catch (error) {
      setProblem(error);
    }
    setStep(null);
  };
  const isEvidence = bundle?.value.kind === 'evidence';
  return (
    <>
      <PageHead title="Verify a proof">
        Drop a proof, and the file it speaks of if you have it. Every claim is computed in this browser and
        against the chain; Colophon is not asked whether it is true.
      </PageHead>
      <div className="drops">
        <FileDrop
          title="The proof"
          hint={bundle === null ? 'A .json file, such as evidence.json' : bundle.name}
          multiple={false}
          onFiles={([file]) => take(file)}
        />
        <FileDrop
          title={isEvidence ? 'The registered work' : 'The file'}
          hint={original === null ? 'If you have it: the exact bytes' : original.name}
          multiple={false}
          onFiles={([file]) => setOriginal(file ?? null)}
        />
        {isEvidence && (
          <FileDrop
            title="The copy"
            hint={suspect === null ? 'If you have it: the suspect file' : suspect.name}
            multiple={false}
            onFiles={([file]) => setSuspect(file ?? null)}
          />
        )}
      </div>
      {bundle !== null && <BundleSummary bundle={bundle.value} expected={expected} />}
      <form
        className="stack"
        style={{ marginTop: '1.5rem' }}
        onSubmit={(event) => {
          event.preventDefault();
          void verify();
        }}
      >
        <TextInput
          label="A node of the chain"
          description={
            rpcUrl === RELAY
              ? 'This registry’s own relay to its chain: convenient, but then you trust it for what needs the chain. To depend on nobody, enter a node that you trust.'
              : 'JSON-RPC address of a node that you trust. Without one, what needs the chain stays grey.'
          }
          placeholder="https://"
          value={rpcUrl}
          error={badUrl ? 'Enter a full address, with http:// or https://' : undefined}
          onChange={(event) => setTypedUrl(event.currentTarget.value.trim())}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
          spellCheck={false}
          maw="38rem"
        />
        <div className="row">
          <Button type="submit" size="md" disabled={bundle === null || badUrl} loading={step !== null}>
            Verify
          </Button>
          <span className="muted" role="status">
            {step}
          </span>
        </div>
      </form>
      {problem !== null && (
        <div style={{ marginTop: '1.5rem' }}>
          <ProblemCard problem={problem} />
        </div>
      )}
      {claims !== null && (
        <section className="section stack" aria-label="Result">
          <ClaimSeal claims={claims} />
          <ClaimList claims={claims} />
        </section>
      )}
    </>
  );
}

function lower(address: string): Address {
  return address.toLowerCase() as Address;
}
