-- Whoever books asks one row, the slot's, which it locks anyway: so that row says whether its
-- listing is public. Nobody has to hold the listing to be sure of it, which all who book any of its
-- dates would do at once. Whoever takes a listing down writes to its slots, and so waits for the
-- bookings in flight; those that come after find it gone.

CREATE FUNCTION placements_is_public(listing uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT placement.state = 'published'
        AND placement.suspended_at IS NULL
        AND provider.standing = 'good'
    FROM placements_placement AS placement
    JOIN accounts_organisation AS provider ON provider.id = placement.provider_id
    WHERE placement.id = listing
$$;

-- Locks come first, always in the same order, and the reading after them.
CREATE FUNCTION placements_tell_slots(listings uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM placements_slot WHERE placement_id = ANY (listings)
    ORDER BY id FOR NO KEY UPDATE;
    UPDATE placements_slot AS slot SET is_public = now.is_public
    FROM (
        SELECT listing, placements_is_public(listing) AS is_public
        FROM unnest(listings) AS listing
    ) AS now
    WHERE slot.placement_id = now.listing AND slot.is_public <> now.is_public;
END
$$;

CREATE FUNCTION placements_tell_slots_of_listing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM placements_tell_slots(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;

CREATE FUNCTION placements_tell_slots_of_provider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM placements_tell_slots(array(
        SELECT id FROM placements_placement WHERE provider_id = NEW.id
    ));
    RETURN NULL;
END
$$;

-- New dates are told as they come. The listing is held, so that nobody takes it down meanwhile
-- and overlooks them. Its provider cannot be, for whoever suspends it holds it and waits for its
-- slots; while somebody does, new dates are booked in turn, where it is looked at itself.
CREATE FUNCTION placements_tell_new_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT placements_is_loading() THEN
        PERFORM 1 FROM placements_placement WHERE id = NEW.placement_id FOR SHARE;
        PERFORM 1 FROM accounts_organisation WHERE id = (
            SELECT provider_id FROM placements_placement WHERE id = NEW.placement_id
        ) FOR SHARE SKIP LOCKED;
        NEW.is_public := FOUND AND placements_is_public(NEW.placement_id);
    END IF;
    RETURN NEW;
END
$$;

UPDATE placements_slot SET is_public = true WHERE placements_is_public(placement_id);

CREATE TRIGGER a_new_slot_knows_who_sees_it BEFORE INSERT ON placements_slot
    FOR EACH ROW EXECUTE FUNCTION placements_tell_new_slot();
CREATE TRIGGER slots_know_who_sees_them
    AFTER UPDATE OF state, suspended_at, provider_id ON placements_placement
    FOR EACH ROW WHEN (
        (OLD.state = 'published', OLD.suspended_at IS NULL, OLD.provider_id)
        IS DISTINCT FROM (NEW.state = 'published', NEW.suspended_at IS NULL, NEW.provider_id)
    )
    EXECUTE FUNCTION placements_tell_slots_of_listing();
CREATE TRIGGER slots_know_whom_to_rely_on
    AFTER UPDATE OF standing ON accounts_organisation
    FOR EACH ROW WHEN ((OLD.standing = 'good') IS DISTINCT FROM (NEW.standing = 'good'))
    EXECUTE FUNCTION placements_tell_slots_of_provider();
