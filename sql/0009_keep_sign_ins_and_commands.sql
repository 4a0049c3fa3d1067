alter table operators add column totp_step bigint;
comment on column operators.totp_step is 'Last time step whose code was used; no code of it or of an earlier one is taken again.';

create table sign_in_attempts (
  id bigint generated always as identity primary key,
  login text not null,
  address text not null,
  at timestamptz not null default clock_timestamp()
);
create index sign_in_attempts_by_login on sign_in_attempts (login, at);
create index sign_in_attempts_by_address on sign_in_attempts (address, at);
create index sign_in_attempts_by_time on sign_in_attempts (at);
comment on table sign_in_attempts is 'Attempts to sign in that have not succeeded, counted for the limits and then forgotten.';

create table console_commands (
  login text not null references operators on delete cascade,
  command_id text not null,
  at timestamptz not null default clock_timestamp(),
  outcome text check (outcome in ('done', 'refused')),
  code text,
  message text,
  primary key (login, command_id)
);
create index console_commands_by_time on console_commands (at);
comment on table console_commands is 'Commands of consoles by the identifier the client gave them: each has one effect, on whatever node it comes again.';
comment on column console_commands.outcome is 'Null while it is being carried out.';

alter table talks
  add column is_muted boolean not null default false,
  add column transfer jsonb;
comment on column talks.transfer is 'A transfer under way: `{ kind, to, state }`; null = none.';
