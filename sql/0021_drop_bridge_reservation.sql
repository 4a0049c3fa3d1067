-- Talks begin many at a time (0019); nothing calls the function for one of them any more.
drop function bridge_reservation(uuid, text, text);
