create table case_numbers (
  region text not null check (region ~ '^[A-Z]{2}$'),
  year smallint not null check (year between 2000 and 9999),
  last integer not null check (last between 1 and 999999),
  primary key (region, year)
);
comment on table case_numbers is 'Last number given out. Its row is locked by the transaction that creates the case, so there are neither gaps nor duplicates.';

create table cases (
  number text primary key check (number ~ '^[A-Z]{2}-[0-9]{4}-[0-9]{6}$'),
  phone text not null,
  service text not null,
  applicant_name text,
  status text not null check (status in (
    'registered', 'in-progress', 'awaiting-clarification', 'approved', 'refused', 'closed'
  )),
  note text,
  access_code_salt bytea not null check (length(access_code_salt) = 16),
  access_code_hash bytea not null check (length(access_code_hash) = 32),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  expected_on date not null
);
create index cases_by_phone on cases (phone, created_at desc);
comment on table cases is 'Cases of citizens.';
comment on column cases.number is 'REGION-YEAR-SEQUENCE, keyed in as year and sequence.';
comment on column cases.phone is 'Applicant''s phone, E.164. Personal data.';
comment on column cases.applicant_name is 'Personal data.';
comment on column cases.note is 'Note of the last change: for `refused` the reason that the applicant hears.';
comment on column cases.access_code_hash is 'argon2id of the four-digit access code, 19 MiB, 2 passes, 1 lane.';
comment on column cases.expected_on is 'Day by which an answer is due, in the time zone of the flow folder.';

create table case_changes (
  case_number text not null references cases on delete cascade,
  position integer not null check (position >= 0),
  at timestamptz not null,
  status text not null,
  note text,
  primary key (case_number, position)
);
comment on table case_changes is 'History of a case; position 0 is its creation.';

create table code_attempts (
  id bigint generated always as identity primary key,
  case_number text not null,
  caller text,
  call_sid text not null,
  at timestamptz not null
);
create index code_attempts_by_number on code_attempts (case_number, at);
create index code_attempts_by_caller on code_attempts (caller, at);
create index code_attempts_by_call on code_attempts (call_sid);
comment on table code_attempts is 'Failed attempts to open a case by number and access code; counted against guessing.';
comment on column code_attempts.case_number is 'Number as tried, whether or not there is such a case.';
comment on column code_attempts.caller is 'Calling number, E.164; null when withheld. A hint, not a proof.';
