-- A registration that fails for good goes into a batch with its owner's standing consent, and lines that wait for a
-- nonce do not hold up anything else (docs/decisions/0005-consent.md).

-- The owner wants a record of its own: the leaf is promoted as soon as its batch stands.
alter table works add column promote boolean not null default false;
update works set consent = consent || '{"standing": null}' where consent is not null;

alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check
  check (state in ('queued', 'submitted', 'anchored', 'finalized', 'failed', 'replaced'));

-- Whose nonce the operation's signature carries, and which: only the first of a line can go.
alter table outbox add column line text;
alter table outbox add column line_position numeric;
update outbox set operation = operation || '{"standing": null}', line = 'owner ' || (operation->'record'->>'owner'),
    line_position = (operation->>'nonce')::numeric
  where operation->>'kind' = 'register-for';
update outbox set line = 'reporter ' || (operation->'claim'->>'reporter'),
    line_position = (operation->'filing'->>'nonce')::numeric
  where operation->>'kind' = 'file-claim' and jsonb_typeof(operation->'filing') = 'object';
create index outbox_line on outbox (line, line_position) where state = 'queued';
