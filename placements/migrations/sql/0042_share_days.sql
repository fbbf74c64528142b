-- A workplace may say how many students it can have on one day, whatever the listing. Slots there
-- share their days: what is booked of them is counted by day, and a constraint stands behind it.
-- Of all other slots nothing is counted, and no trigger runs for them.

-- How many a listing's students share a day of: none where they are not at the workplace.
CREATE FUNCTION placements_most_a_day(listing uuid) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT workplace.most_a_day
    FROM placements_placement AS placement
    JOIN accounts_workplace AS workplace ON workplace.id = placement.workplace_id
    WHERE placement.id = listing
      AND placement.mode <> 'virtual'
      AND placement.takes_part NOT IN ('school', 'home')
$$;

-- How many more students may come on each of these days.
CREATE FUNCTION placements_days_left(listing uuid, first_day date, last_day date)
RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT min(counted.most - counted.taken)
        FROM placements_placement AS placement
        JOIN placements_workplaceday AS counted ON counted.workplace_id = placement.workplace_id
        WHERE placement.id = listing AND counted.day BETWEEN first_day AND last_day
    );
END
$$;

-- One lock for all days of a workplace, held to the end of the transaction: whoever counts there
-- does it one after another, so that nobody waits for a day of somebody who waits for another.
CREATE FUNCTION placements_hold_days(place uuid) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('days of ' || place, 0))
$$;

CREATE FUNCTION placements_count_days(
    place uuid, first_day date, last_day date, students integer
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM placements_hold_days(place);
    INSERT INTO placements_workplaceday (workplace_id, day, taken, most)
    SELECT workplace.id, day::date, 0, workplace.most_a_day
    FROM accounts_workplace AS workplace, generate_series(first_day, last_day, '1 day') AS day
    WHERE workplace.id = place AND workplace.most_a_day IS NOT NULL
    ON CONFLICT (workplace_id, day) DO NOTHING;
    UPDATE placements_workplaceday SET taken = taken + students
    WHERE students <> 0 AND workplace_id = place AND day BETWEEN first_day AND last_day;
END
$$;

CREATE FUNCTION placements_follow_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place uuid;
BEGIN
    SELECT workplace_id INTO place FROM placements_placement
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.placement_id ELSE NEW.placement_id END;
    IF TG_OP = 'UPDATE' AND OLD.shares_days AND NEW.shares_days
        AND (OLD.starts_on, OLD.ends_on) = (NEW.starts_on, NEW.ends_on) THEN
        PERFORM placements_count_days(
            place, NEW.starts_on, NEW.ends_on, NEW.taken - OLD.taken
        );
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.shares_days THEN
        PERFORM placements_count_days(place, OLD.starts_on, OLD.ends_on, -OLD.taken);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.shares_days THEN
        PERFORM placements_count_days(place, NEW.starts_on, NEW.ends_on, NEW.taken);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER days_follow_a_new_slot AFTER INSERT ON placements_slot
    FOR EACH ROW WHEN (NEW.shares_days)
    EXECUTE FUNCTION placements_follow_days();
CREATE TRIGGER days_follow_a_slot
    AFTER UPDATE OF taken, starts_on, ends_on, shares_days ON placements_slot
    FOR EACH ROW WHEN (OLD.shares_days OR NEW.shares_days)
    EXECUTE FUNCTION placements_follow_days();
CREATE TRIGGER days_follow_a_slot_that_goes AFTER DELETE ON placements_slot
    FOR EACH ROW WHEN (OLD.shares_days)
    EXECUTE FUNCTION placements_follow_days();

-- However dates come to be, they share their days from the first.
CREATE FUNCTION placements_share_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT placements_is_loading() THEN
        NEW.shares_days := placements_most_a_day(NEW.placement_id) IS NOT NULL;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER a_new_slot_shares_days BEFORE INSERT ON placements_slot
    FOR EACH ROW EXECUTE FUNCTION placements_share_days();

-- A listing that goes elsewhere leaves the days of one workplace for those of another.
CREATE FUNCTION placements_leave_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE placements_slot SET shares_days = false
    WHERE placement_id = OLD.id AND shares_days;
    RETURN NEW;
END
$$;

CREATE FUNCTION placements_join_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF placements_most_a_day(NEW.id) IS NOT NULL THEN
        UPDATE placements_slot SET shares_days = true
        WHERE placement_id = NEW.id AND state = 'open' AND ends_on >= marketplace_today();
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER a_listing_leaves_days
    BEFORE UPDATE OF workplace_id, mode, takes_part ON placements_placement
    FOR EACH ROW WHEN (
        (OLD.workplace_id, OLD.mode, OLD.takes_part)
        IS DISTINCT FROM (NEW.workplace_id, NEW.mode, NEW.takes_part)
    )
    EXECUTE FUNCTION placements_leave_days();
CREATE TRIGGER a_listing_joins_days
    AFTER UPDATE OF workplace_id, mode, takes_part ON placements_placement
    FOR EACH ROW WHEN (
        (OLD.workplace_id, OLD.mode, OLD.takes_part)
        IS DISTINCT FROM (NEW.workplace_id, NEW.mode, NEW.takes_part)
    )
    EXECUTE FUNCTION placements_join_days();
