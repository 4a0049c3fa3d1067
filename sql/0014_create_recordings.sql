create table streams (
  call_sid text not null,
  ordinal smallint not null check (ordinal > 0),
  stream_sid text unique,
  state text not null check (state in ('asked', 'open', 'ended', 'lost', 'failed')),
  asked_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  node text,
  lease_until timestamptz,
  ended_at timestamptz,
  reason text,
  hash text check (hash ~ '^[0-9a-f]{64}$'),
  bytes bigint,
  milliseconds integer,
  frames integer,
  lost_frames integer,
  repeated_frames integer,
  gaps jsonb not null default '[]',
  primary key (call_sid, ordinal),
  check ((state = 'open') = (lease_until is not null))
);
create index streams_open on streams (lease_until) where state = 'open';
create index streams_by_hash on streams (hash);
comment on table streams is 'Media streams of calls on integrated lines, each recorded into a file of its own. A call has another one only when one broke off.';
comment on column streams.ordinal is '1 is the one that the answer to the call asks for; each further one was ordered after the last had broken off. It is part of the one-time token.';
comment on column streams.state is '`asked`: ordered, not here yet. `open`: a node takes it. `ended`: its file is kept. `lost`: it was taken and its file is gone. `failed`: it never came, or nothing of it could be kept.';
comment on column streams.started_at is 'When its time 0 was, by the clock of the database.';
comment on column streams.node is 'Process that takes it. One that is past its lease is dead: another may finish the file.';
comment on column streams.reason is 'Why it ended or failed.';
comment on column streams.hash is 'SHA-256 of the file, which is its name; stays when the file is deleted.';
comment on column streams.gaps is 'Where messages were lost and silence stands for them: `[{ track, atMs, ms }]`.';

create table recordings (
  id uuid primary key default gen_random_uuid(),
  call_sid text not null unique,
  phone text not null,
  line text,
  started_at timestamptz not null,
  ended_at timestamptz,
  keep_until timestamptz,
  hold_reason text,
  held_by text,
  held_at timestamptz,
  deleting_since timestamptz,
  deleted_at timestamptz,
  deleted_by text,
  deletion_reason text,
  check ((hold_reason is null) = (held_by is null)),
  check ((deleted_at is null) = (deleted_by is null)),
  check (deleted_at is null or deleting_since is not null)
);
create index recordings_to_delete on recordings (keep_until) where deleted_at is null;
create index recordings_unfinished on recordings (started_at) where ended_at is null;
comment on table recordings is 'One row a recorded call, for ever: it stays as the proof when the sound is deleted. The sound is that of its streams, one after another, with silence between them.';
comment on column recordings.phone is 'Number of the caller. Personal data.';
comment on column recordings.started_at is 'Beginning of its first stream.';
comment on column recordings.keep_until is 'May be deleted from then on: at least three years after its end; null while the call goes on.';
comment on column recordings.hold_reason is 'Why it must not be deleted for now (a legal hold); null = it is not held.';
comment on column recordings.deleting_since is 'Set before the first file is removed: from then on nobody hears it.';

create table recording_absences (
  call_sid text primary key,
  started_at timestamptz not null,
  reason text not null,
  noted_at timestamptz not null default clock_timestamp()
);
create index recording_absences_by_reason on recording_absences (reason, started_at);
comment on table recording_absences is 'Why an answered call has no recording. `not-recorded`: its line is none that is recorded.';

create table stream_faults (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  call_sid text not null,
  stream_sid text,
  why text not null
);
create index stream_faults_by_call on stream_faults (call_sid, at);
comment on table stream_faults is 'Calls in whose name something came over the media socket that should not have: a wrong token, garbage, somebody else''s stream.';
