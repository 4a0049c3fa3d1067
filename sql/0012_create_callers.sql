create table callers (
  phone text primary key check (phone ~ '^\+[0-9]{7,15}$'),
  name text check (length(name) between 1 and 100),
  language text not null default 'ru-RU',
  is_profile_shown boolean not null default false,
  is_chat_shared boolean not null default false,
  created_at timestamptz not null default now()
);
comment on table callers is 'People who have signed in to the app page, by the number they proved to have. Personal data.';
comment on column callers.is_profile_shown is 'Consent: the operator of an integrated call sees the name.';
comment on column callers.is_chat_shared is 'Consent: trusted persons may see chats at all.';

create table sign_in_codes (
  id uuid primary key default gen_random_uuid(),
  phone text not null,
  made_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  tries integer not null default 0 check (tries >= 0),
  used_at timestamptz
);
create index sign_in_codes_by_phone on sign_in_codes (phone, made_at);
create index sign_in_codes_by_age on sign_in_codes (made_at);
comment on table sign_in_codes is 'One-time codes. The digits are nowhere: they follow from `id` and a key that the database has not.';

create table caller_attempts (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null check (kind in ('code', 'sign-in', 'guest')),
  phone text not null,
  address text not null,
  is_right boolean not null default false
);
create index caller_attempts_by_phone on caller_attempts (phone, at);
create index caller_attempts_by_address on caller_attempts (address, at);
create index caller_attempts_by_age on caller_attempts (at);
comment on table caller_attempts is 'Codes asked for and tried, for the limits; kept for a day.';

create table trusted_persons (
  id uuid primary key default gen_random_uuid(),
  caller_phone text not null references callers on delete cascade,
  phone text not null check (phone ~ '^\+[0-9]{7,15}$' and phone <> caller_phone),
  name text not null check (length(name) between 1 and 100),
  state text not null default 'invited' check (state in (
    'invited', 'confirmed', 'removed', 'refused'
  )),
  is_told_of_calls boolean not null,
  is_told_place boolean not null,
  may_read boolean not null,
  may_write boolean not null,
  code_id uuid not null default gen_random_uuid(),
  code_expires_at timestamptz not null,
  code_tries integer not null default 0 check (code_tries >= 0),
  refusal_hash bytea not null unique,
  invited_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp()
);
create unique index one_row_a_trusted_person on trusted_persons (caller_phone, phone);
create index trusted_persons_by_phone on trusted_persons (phone, invited_at);
comment on table trusted_persons is 'Whom callers trust, each with what they may know. One row a pair for ever: who has refused is not asked again.';
comment on column trusted_persons.code_id is 'What the digits of the invitation follow from, as in sign_in_codes.';
comment on column trusted_persons.refusal_hash is 'SHA-256 of the token in the invitation by which the person ends it.';

create table refusals (
  phone text primary key,
  at timestamptz not null default clock_timestamp()
);
comment on table refusals is 'People who want no invitation of anybody.';

create table guest_links (
  token_hash bytea primary key,
  person_id uuid not null references trusted_persons on delete cascade,
  channel_id uuid not null,
  call_sid text not null,
  made_at timestamptz not null default clock_timestamp(),
  unique (person_id, channel_id)
);
comment on table guest_links is 'Links in the messages that tell trusted persons of a call: for one person, one channel, until a day after the call. Only the SHA-256 of the token is kept.';

create table caller_sessions (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique,
  phone text references callers on delete cascade,
  person_id uuid,
  channel_id uuid,
  created_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  foreign key (person_id, channel_id) references guest_links (person_id, channel_id) on delete cascade,
  check (num_nonnulls(phone, person_id) = 1),
  check ((person_id is null) = (channel_id is null))
);
create index caller_sessions_by_phone on caller_sessions (phone) where ended_at is null;
create index caller_sessions_by_link on caller_sessions (person_id, channel_id);
comment on table caller_sessions is 'Sessions of the app page: of a caller, or of a trusted person for one channel. Only the SHA-256 of the token is kept.';

create table text_messages (
  id uuid primary key default uuidv7(),
  purpose text not null unique,
  kind text not null check (kind in ('sign-in', 'invitation', 'call-begun')),
  by text not null check (by in ('sms', 'call')),
  to_number text not null,
  line text,
  language text not null,
  facts jsonb not null default '{}',
  state text not null default 'queued' check (state in (
    'queued', 'sending', 'sent', 'failed', 'uncertain', 'overdue'
  )),
  queued_at timestamptz not null default clock_timestamp(),
  next_at timestamptz not null default clock_timestamp(),
  overdue_at timestamptz not null,
  from_number text,
  sending_at timestamptz,
  lease_until timestamptz,
  message_sid text,
  delivery text,
  error_code text,
  ended_at timestamptz
);
create index text_messages_to_send on text_messages (next_at) where state = 'queued';
create index text_messages_being_sent on text_messages (lease_until) where state = 'sending';
create index text_messages_by_sender on text_messages (from_number, sending_at desc);
create index text_messages_by_age on text_messages (queued_at);
comment on table text_messages is 'SMS and spoken calls to go out: one row a purpose, so that each goes out once. Codes and tokens are put in when it is sent, by a key that the database has not.';
comment on column text_messages.state is '`sending` is committed before the order; without an answer it becomes `uncertain`, and is never sent again.';
comment on column text_messages.line is 'Line whose number it comes from; null = the usual one.';
comment on column text_messages.overdue_at is 'When it is no longer worth sending.';
comment on column text_messages.delivery is 'Last status by the carrier''s word; null before the first.';
