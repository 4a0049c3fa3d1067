-- Rows lie in the order in which they came, or near it: a few bytes for every stretch of the table tell
-- which days are in it, and no change of a row has to be written there.
create index places_by_day on places using brin (since)
  with (pages_per_range = 32, autosummarize = on);
create index reservations_by_day on reservations using brin (created_at)
  with (pages_per_range = 32, autosummarize = on);
create index talks_by_day on talks using brin (started_at)
  with (pages_per_range = 32, autosummarize = on);
create index status_callbacks_by_day on status_callbacks using brin (received_at)
  with (pages_per_range = 32, autosummarize = on);

-- What an organisation called for before, from whatever telephone.
create index places_by_business on places (business_number) where business_number is not null;

-- Whoever is to be called back may have been served meanwhile: looked for each second, for each of them.
create index places_by_phone on places (phone, id) where mode = 'hold';
drop index places_on_hold_by_phone;
