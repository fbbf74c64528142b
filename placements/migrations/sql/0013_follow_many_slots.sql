-- Slots are followed a statement at a time: when a provider's dates close together, or a
-- thousand bookings are undone, each placement is worked out once, and all of them together.

DROP TRIGGER search_follows_a_new_slot ON placements_slot;
DROP TRIGGER search_follows_a_slot ON placements_slot;
DROP FUNCTION placements_follow_slot();
DROP FUNCTION placements_keep_dates(uuid);

-- The part that bookings change, without making anything of words again. Locks come first,
-- always in the same order, and the reading after them.
CREATE FUNCTION placements_keep_dates(kept uuid[]) RETURNS void LANGUAGE plpgsql
-- Planning anew for each booking that fills a slot takes ten times what doing it does.
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM 1 FROM placements_searchrow WHERE placement_id = ANY (kept)
    ORDER BY placement_id FOR NO KEY UPDATE;
    UPDATE placements_searchrow AS had SET
        weeks = source.weeks, next_day = source.next_day, most_free = source.most_free,
        as_of = source.as_of, trusted_until = source.trusted_until
    FROM placements_searchsource AS source
    WHERE source.placement_id = ANY (kept) AND had.placement_id = source.placement_id;
END
$$;

-- Most bookings leave a place free, and then nothing that search knows has changed but how
-- many are free in the emptiest slot: a bound from above, which each answer checks.
CREATE FUNCTION placements_follow_slots() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
BEGIN
    IF placements_is_loading() THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT placement_id) INTO touched FROM slots_now;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT placement_id) INTO touched FROM slots_before;
    ELSE
        SELECT array_agg(DISTINCT after.placement_id) INTO touched
        FROM slots_before AS before JOIN slots_now AS after USING (id)
        WHERE (before.taken >= before.places) IS DISTINCT FROM (after.taken >= after.places)
           OR (after.places - after.taken) > (before.places - before.taken)
           OR (before.state, before.starts_on, before.ends_on, before.closes_on)
              IS DISTINCT FROM (after.state, after.starts_on, after.ends_on, after.closes_on);
    END IF;
    IF touched IS NOT NULL THEN
        PERFORM placements_keep_dates(touched);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER search_follows_new_slots AFTER INSERT ON placements_slot
    REFERENCING NEW TABLE AS slots_now
    FOR EACH STATEMENT EXECUTE FUNCTION placements_follow_slots();
CREATE TRIGGER search_follows_slots AFTER UPDATE ON placements_slot
    REFERENCING OLD TABLE AS slots_before NEW TABLE AS slots_now
    FOR EACH STATEMENT EXECUTE FUNCTION placements_follow_slots();
CREATE TRIGGER search_follows_slots_that_go AFTER DELETE ON placements_slot
    REFERENCING OLD TABLE AS slots_before
    FOR EACH STATEMENT EXECUTE FUNCTION placements_follow_slots();

-- The next day with places is in an index, so that a row moves when a booking changes it, and
-- its words with it. Those are then put into their index some hundred rows at a time; a search
-- reads what waits, which is a few pages.
ALTER INDEX searchrow_by_words SET (fastupdate = on, gin_pending_list_limit = 512);
