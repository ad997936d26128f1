import { Button } from '@mantine/core';
import { useState } from 'react';
import { forgetKey } from './owner-key.ts';

/** Removes the key from this browser, in two steps, because there is no way back without a backup. */
export function ForgetKey() {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Button size="compact-sm" variant="subtle" onClick={() => setAsked(true)}>
        Remove
      </Button>
    );
  }
  return (
    <div className="note-box stack" role="alert" style={{ width: '100%' }}>
      <p>
        Without a backup of this key, its works can never again be signed for or transferred. Remove it from
        this browser?
      </p>
      <div className="row">
        <Button size="compact-sm" color="red.9" onClick={forgetKey}>
          Remove the key
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>
          Keep it
        </Button>
      </div>
    </div>
  );
}
