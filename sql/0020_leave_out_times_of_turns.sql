-- Nearly every event happens at the time of its turn, which the row says already.
comment on column turns.events is 'Array of objects with type, data and, where it is not that of the turn, at (ISO 8601), in the order they happened; null when nothing did.';
