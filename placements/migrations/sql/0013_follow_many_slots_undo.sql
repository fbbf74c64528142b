ALTER INDEX searchrow_by_words SET (fastupdate = off);
ALTER INDEX searchrow_by_words RESET (gin_pending_list_limit);

DROP TRIGGER search_follows_new_slots ON placements_slot;
DROP TRIGGER search_follows_slots ON placements_slot;
DROP TRIGGER search_follows_slots_that_go ON placements_slot;
DROP FUNCTION placements_follow_slots();
DROP FUNCTION placements_keep_dates(uuid[]);

CREATE FUNCTION placements_keep_dates(kept uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM placements_searchrow WHERE placement_id = kept FOR NO KEY UPDATE;
    UPDATE placements_searchrow AS had SET
        weeks = source.weeks, next_day = source.next_day, most_free = source.most_free,
        as_of = source.as_of, trusted_until = source.trusted_until
    FROM placements_searchsource AS source
    WHERE source.placement_id = kept AND had.placement_id = kept;
END
$$;

CREATE FUNCTION placements_follow_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT placements_is_loading() THEN
        PERFORM placements_keep_dates(
            CASE WHEN TG_OP = 'DELETE' THEN OLD.placement_id ELSE NEW.placement_id END
        );
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER search_follows_a_new_slot AFTER INSERT OR DELETE ON placements_slot
    FOR EACH ROW EXECUTE FUNCTION placements_follow_slot();
CREATE TRIGGER search_follows_a_slot AFTER UPDATE ON placements_slot
    FOR EACH ROW WHEN (
        (OLD.taken >= OLD.places) IS DISTINCT FROM (NEW.taken >= NEW.places)
        OR (NEW.places - NEW.taken) > (OLD.places - OLD.taken)
        OR (OLD.state, OLD.starts_on, OLD.ends_on, OLD.closes_on, OLD.placement_id)
            IS DISTINCT FROM (NEW.state, NEW.starts_on, NEW.ends_on, NEW.closes_on, NEW.placement_id)
    )
    EXECUTE FUNCTION placements_follow_slot();
