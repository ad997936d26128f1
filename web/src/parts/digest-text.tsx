import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** A hash or an address in monospace: two halves that stay whole, so that no line begins with a stray digit. */
export function Digest({ value }: { value: string }) {
  if (value.length < 40) return <span className="digest">{value}</span>;
  const middle = Math.ceil(value.length / 2) + 1;
  return (
    <span className="digest">
      <span className="half">{value.slice(0, middle)}</span>
      <span className="half">{value.slice(middle)}</span>
    </span>
  );
}

/** A hash or an address in full, to be compared by eye or copied; never shortened, for that invites look-alikes. */
export function DigestText(props: { value: string; what: string }) {
  return (
    <span>
      <Digest value={props.value} />{' '}
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
