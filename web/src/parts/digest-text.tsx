import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** A hash or an address in full, to be compared by eye or copied; never shortened, for that invites look-alikes. */
export function DigestText(props: { value: string; what: string }) {
  return (
    <span>
      <span className="digest">{props.value}</span>{' '}
      <CopyButton value={props.value} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'} withArrow>
            <ActionIcon
              className="no-print"
              variant="subtle"
              size="sm"
              onClick={copy}
              aria-label={copied ? 'Copied' : `Copy ${props.what}`}
            >
              {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
