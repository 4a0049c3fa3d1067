create table photos (
  id uuid primary key default uuidv7(),
  upload_id text not null unique check (upload_id ~ '^[0-9a-f]{32}$'),
  channel_id uuid not null references channels,
  author jsonb not null,
  author_key text not null,
  client_id uuid not null,
  state text not null default 'uploading' check (state in (
    'uploading', 'stored', 'posted', 'refused', 'given-up'
  )),
  length integer not null check (length > 0),
  refusal text,
  hash text check (hash ~ '^[0-9a-f]{64}$'),
  thumbnail_hash text check (thumbnail_hash ~ '^[0-9a-f]{64}$'),
  bytes integer,
  width integer,
  height integer,
  created_at timestamptz not null default now(),
  posted_at timestamptz,
  check ((state in ('stored', 'posted')) = (hash is not null)),
  check ((hash is null) = (thumbnail_hash is null)),
  check ((hash is null) = (width is null)),
  check ((hash is null) = (height is null)),
  check ((hash is null) = (bytes is null)),
  check ((state = 'posted') = (posted_at is not null)),
  check ((state = 'refused') = (refusal is not null))
);
create unique index one_photo_a_sending on photos (channel_id, author_key, client_id);
create index photos_unfinished on photos (created_at) where state in ('uploading', 'stored');
create index photos_by_hash on photos (hash) where hash is not null;
create index photos_by_thumbnail on photos (thumbnail_hash) where thumbnail_hash is not null;
comment on table photos is 'Photos of channels, from the first byte of the upload on. The pictures themselves are blobs named by their hash.';
comment on column photos.author is 'The participant who sends it; asked again for the right to when it is posted.';
comment on column photos.client_id is 'The client''s own: the same sending begun anew goes on in the same row.';
comment on column photos.length is 'Of the upload, in bytes.';
comment on column photos.state is '`stored`: the picture is kept, the message is not there yet. `given-up`: no byte came for an hour.';
comment on column photos.bytes is 'Of the picture as it is kept.';
