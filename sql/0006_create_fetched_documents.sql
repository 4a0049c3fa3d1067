create table fetched_documents (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
  content text not null,
  used_at timestamptz not null default now()
);
comment on table fetched_documents is 'Texts from web servers that calls stand on: documents, scripts, grammars and data.';
comment on column fetched_documents.hash is 'SHA-256 of the content as UTF-8, lower-case hexadecimal.';
comment on column fetched_documents.used_at is 'When a call last began to stand on it, to the hour.';
create index fetched_documents_used_at on fetched_documents (used_at);

create table sent_requests (
  call_sid text not null,
  turn integer not null check (turn >= 0),
  ordinal integer not null check (ordinal >= 0),
  request text not null check (request ~ '^[0-9a-f]{64}$'),
  answer text,
  sent_at timestamptz not null default now(),
  primary key (call_sid, turn, ordinal, request)
);
comment on table sent_requests is 'What documents sent by POST: written before it is sent, so that nothing is sent twice.';
comment on column sent_requests.ordinal is 'How many were sent in the same turn before it.';
comment on column sent_requests.request is 'SHA-256 of the request, values included.';
comment on column sent_requests.answer is 'What came of it, as JSON; null = not known (yet).';
create index sent_requests_sent_at on sent_requests (sent_at);
