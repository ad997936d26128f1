-- ISCC units (ISO 24138) of works, written in the transaction of their print. Works from before have none.

alter table works add column iscc text;

create table iscc_units (
  work_id    text not null references works (id),
  unit_type  text not null check (unit_type in ('meta', 'text', 'image', 'audio', 'video', 'data', 'instance')),
  -- Shorter units are the first bits of this.
  body       bit(256) not null,
  primary key (work_id, unit_type)
);

-- The Instance-Code of a file is a checksum: it is looked up, not compared.
create index iscc_units_instance on iscc_units (substring(body from 1 for 64)) where unit_type = 'instance';
create index iscc_units_by_type on iscc_units (unit_type);
