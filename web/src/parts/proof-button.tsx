import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { request } from '../api/client.ts';
import { ProblemCard } from './problem-card.tsx';
import { saveFile } from './save-file.ts';

/** Downloads the proof bundle of a work or a claim. */
export function ProofButton(props: { kind: 'works' | 'evidence'; id: string }) {
  const [problem, setProblem] = useState<unknown>(null);
  const download = async () => {
    setProblem(null);
    try {
      const response = await request(`${props.kind}/${props.id}/proof`);
      saveFile(`${props.id}.proof.json`, await response.text());
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <Button variant="default" leftSection={<IconDownload size={17} stroke={1.7} />} onClick={download}>
        Download the proof
      </Button>
      {problem !== null && <ProblemCard problem={problem} />}
    </>
  );
}
