DROP TRIGGER slots_know_whom_to_rely_on ON accounts_organisation;
DROP TRIGGER slots_know_who_sees_them ON placements_placement;
DROP TRIGGER a_new_slot_knows_who_sees_it ON placements_slot;
DROP FUNCTION placements_tell_new_slot();
DROP FUNCTION placements_tell_slots_of_provider();
DROP FUNCTION placements_tell_slots_of_listing();
DROP FUNCTION placements_tell_slots(uuid[]);
DROP FUNCTION placements_is_public(uuid);
