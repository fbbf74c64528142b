DROP TRIGGER a_listing_joins_days ON placements_placement;
DROP TRIGGER a_listing_leaves_days ON placements_placement;
DROP TRIGGER a_new_slot_shares_days ON placements_slot;
DROP TRIGGER days_follow_a_slot_that_goes ON placements_slot;
DROP TRIGGER days_follow_a_slot ON placements_slot;
DROP TRIGGER days_follow_a_new_slot ON placements_slot;
DROP FUNCTION placements_join_days();
DROP FUNCTION placements_leave_days();
DROP FUNCTION placements_share_days();
DROP FUNCTION placements_follow_days();
DROP FUNCTION placements_count_days(uuid, date, date, integer);
DROP FUNCTION placements_hold_days(uuid);
DROP FUNCTION placements_days_left(uuid, date, date);
DROP FUNCTION placements_most_a_day(uuid);
-- Without them nothing is shared any more.
UPDATE placements_slot SET shares_days = false WHERE shares_days;
