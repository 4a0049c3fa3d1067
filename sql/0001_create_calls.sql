create type carrier_status as enum (
  'queued', 'initiated', 'ringing', 'in-progress',
  'canceled', 'no-answer', 'busy', 'failed', 'completed'
);
comment on type carrier_status is
  'Status of a call by the carrier''s word, in the order of a lattice: a later value is never replaced by an earlier one.';

create table sessions (
  call_sid text primary key,
  started_at timestamptz not null,
  turn integer not null check (turn >= 0),
  session text,
  flow_version text not null
) with (fillfactor = 50, toast_tuple_target = 8160);
comment on table sessions is
  'One row a call, for ever: there is no second call of the same identifier. Rewritten at every turn, so half of each page is kept free and no column but the key is indexed: the new version lands on the same page.';
comment on column sessions.call_sid is 'Carrier''s identifier of the call.';
comment on column sessions.started_at is 'Start of the call: the month in which calls, call_events and turns keep it.';
comment on column sessions.turn is 'Last committed turn; 0 is the answer to the incoming call. A turn moves it from n - 1 to n or does nothing.';
comment on column sessions.session is 'Engine''s session, JSON text as the engine wrote it; null once the flow has ended.';
comment on column sessions.flow_version is 'Version of the flow folder that the call runs on to its end.';

create table calls (
  call_sid text not null,
  started_at timestamptz not null,
  direction text not null check (direction in ('inbound', 'outbound')),
  from_number text not null,
  to_number text not null,
  line text,
  language text not null,
  caller_country text check (caller_country ~ '^[A-Z]{2}$'),
  answered_at timestamptz,
  ended_at timestamptz,
  carrier_status carrier_status,
  outcome text not null default 'in-progress' check (outcome in (
    'in-progress', 'self-served', 'operator', 'callback-requested', 'abandoned-in-menu',
    'abandoned-in-queue', 'closed-hours', 'refused', 'failed'
  )),
  topic text,
  queue text,
  operator text,
  case_number text,
  callback_ticket text,
  flow_document text,
  flow_version text not null,
  primary key (started_at, call_sid)
) partition by range (started_at);
create index calls_by_caller on calls (from_number, started_at desc, call_sid desc);
create index calls_by_line on calls (line, started_at desc, call_sid desc);
comment on table calls is 'Call log. A partition a month of started_at. Keys begin with it, so that new rows go to the end of every index; sessions tells it for a call_sid.';
comment on column calls.from_number is 'Caller as the carrier gave it: E.164, or any text such as `anonymous`. Personal data.';
comment on column calls.to_number is 'Dialled number as the carrier gave it.';
comment on column calls.line is 'Number of the line, E.164; null when no line has the dialled number.';
comment on column calls.language is 'Language in force after the last turn, BCP 47.';
comment on column calls.caller_country is 'ISO 3166-1 alpha-2 country of the caller''s number.';
comment on column calls.carrier_status is 'Furthest status the carrier has reported; null before the first report.';
comment on column calls.topic is 'What the call was about: the last mark a flow set.';
comment on column calls.flow_document is 'Document the call began with, relative to the flow folder.';

create table call_events (
  call_sid text not null,
  started_at timestamptz not null,
  turn integer not null,
  events json not null,
  primary key (started_at, call_sid, turn)
) partition by range (started_at);
comment on table call_events is 'What happened in a call, one row a turn in which anything did. A partition a month of the call''s start.';
comment on column call_events.started_at is 'Start of the call, not of the events.';
comment on column call_events.events is 'Array of objects with at (ISO 8601), type and data, in the order they happened.';

create table turns (
  call_sid text not null,
  started_at timestamptz not null,
  turn integer not null,
  at timestamptz not null,
  twiml text not null,
  primary key (started_at, call_sid, turn)
) partition by range (started_at);
comment on table turns is 'Ledger of answers: a delivery that comes again is answered with the same bytes. A partition a month of the call''s start.';
comment on column turns.started_at is 'Start of the call.';
comment on column turns.twiml is 'Body of the answer as sent.';

create table status_callbacks (
  call_sid text not null,
  call_status text not null,
  sequence_number integer,
  happened_at timestamptz,
  received_at timestamptz not null,
  duration_seconds integer check (duration_seconds >= 0),
  unique nulls not distinct (call_sid, call_status, sequence_number)
);
comment on table status_callbacks is 'Status callbacks, each once, also of calls that are not known yet. The carrier repeats, reorders and delays them.';
comment on column status_callbacks.call_status is 'As sent; one that is not a carrier_status is kept and changes nothing.';
comment on column status_callbacks.sequence_number is 'Carrier''s own number from 0; null when it sent none.';
comment on column status_callbacks.happened_at is 'By the carrier''s word; null when it did not say.';
