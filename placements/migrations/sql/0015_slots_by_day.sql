-- A search of the whole nation for some days, the soonest first, follows the slots themselves.
CREATE INDEX slot_by_day ON placements_slot (starts_on, placement_id) WHERE state = 'open';
-- What goes on into those days from before is found among the few that are long.
CREATE INDEX slot_by_day_if_long ON placements_slot (starts_on, placement_id)
    WHERE state = 'open' AND ends_on - starts_on >= 7;
