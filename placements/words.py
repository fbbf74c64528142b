"""The coded words of the market: kinds, modes, adjustments, criteria, reasons."""

from django.db.models import TextChoices


class Kind(TextChoices):
    """The ladder of opportunity, from the smallest offer to the largest."""

    TALK = "talk", "Talk, assembly or question time"
    MENTORING = "mentoring", "Mentoring or mock interview"
    VISIT = "visit", "Workplace visit or tour"
    PROJECT = "project", "Project set by an employer"
    SHADOWING = "shadowing", "Work shadowing (half a day to 2 days)"
    SHORT_PLACEMENT = "short_placement", "Short placement (1 to 4 days)"
    WEEK_PLACEMENT = "week_placement", "One-week placement"
    EXTENDED_PLACEMENT = "extended_placement", "Two-week or longer placement"
    T_LEVEL = "t_level", "T Level industry placement"
    SUPPORTED = "supported", "Supported internship"


# A talk needs far fewer questions than a fortnight at a workplace.
SMALL_OFFERS = (Kind.TALK, Kind.MENTORING)
# Law lets these begin in Year 10 (Education Act 1996, section 560).
WORKING_KINDS = (
    Kind.SHORT_PLACEMENT,
    Kind.WEEK_PLACEMENT,
    Kind.EXTENDED_PLACEMENT,
    Kind.T_LEVEL,
    Kind.SUPPORTED,
)


class Mode(TextChoices):
    IN_PERSON = "in_person", "In person"
    HYBRID = "hybrid", "Part in person, part virtual"
    VIRTUAL = "virtual", "Virtual"


class TakesPart(TextChoices):
    """Where students are while they take part."""

    WORKPLACE = "workplace", "At the workplace"
    SCHOOL = "school", "At school"
    HOME = "home", "At home"


class Pattern(TextChoices):
    ONE_OFF = "one_off", "Once"
    BLOCK = "block", "Several days together"
    WEEKLY_DAY = "weekly_day", "One day a week"
    SPREAD = "spread", "Days spread out"


class Adjustment(TextChoices):
    STEP_FREE = "step_free", "Step-free access"
    ACCESSIBLE_TOILET = "accessible_toilet", "Accessible toilet"
    HEARING = "hearing_support", "Support for hearing"
    VISUAL = "visual_support", "Support for seeing"
    QUIET = "quiet_space", "Quiet space"
    FLEXIBLE_HOURS = "flexible_hours", "Flexible hours"
    SUPERVISION = "extra_supervision", "Extra supervision"
    JOB_COACH = "job_coach_welcome", "Job coach welcome"
    EASY_READ = "easy_read", "Easy-read instructions"
    VISIT_BEFORE = "visit_beforehand", "Visit beforehand"


class Criterion(TextChoices):
    """What makes an experience of a workplace meaningful: the seven of Benchmark 6."""

    PURPOSE = "purpose", "A clear purpose, shared with the student"
    OUTCOMES = "outcomes", "Learning outcomes that suit the student's age and needs"
    TWO_WAY = "two_way", "Plenty of two-way conversation with people at work"
    RANGE_OF_PEOPLE = "range_of_people", "Meeting a range of people from the workplace"
    TASK = "task", "A task set by the employer, or work produced"
    FEEDBACK = "feedback", "Feedback from the employer on that work"
    REFLECTION = "reflection", "Time to reflect afterwards"


class DeclineReason(TextChoices):
    """Why a provider says no to a booking."""

    DATES = "dates_unavailable", "We cannot do those dates"
    NO_CAPACITY = "no_capacity", "We do not have the room or the staff"
    YEAR_GROUP = "not_suitable_year_group", "It does not suit that year group"
    NEEDS = "cannot_meet_needs", "We cannot meet the needs described"
    TOO_LITTLE = "too_little_information", "We were told too little to say yes"
    OTHER = "other", "Another reason"


class CancelReason(TextChoices):
    """Why either side calls off what was agreed."""

    ILLNESS = "illness", "Illness"
    STAFFING = "staffing", "Staffing"
    BUSINESS = "business_change", "A change in the business"
    WITHDREW = "students_withdrew", "Students withdrew"
    CLASH = "dates_clash", "The dates clash with something else"
    SAFETY = "safety", "Safety"
    DUPLICATE = "duplicate", "It was booked twice"
    ELSEWHERE = "found_elsewhere", "We found places elsewhere"
    OTHER = "other", "Another reason"


class LeaveReason(TextChoices):
    """Why a school leaves that was asked anew. Nobody chooses it: it follows from what happened."""

    CHANGED = "host_changed", "The host had changed it"


class ChangeAnswer(TextChoices):
    """What a school said when its host had changed what was agreed."""

    NONE = "", "No answer yet"
    KEEP = "keep", "Keeps its places"
    LEAVE = "leave", "Does not come"
    OVERTAKEN = "overtaken", "Changed again before an answer came"


# What only a school says: those who list do not look for places.
HOST_CANCELS = [choice for choice in CancelReason.choices if choice[0] != CancelReason.ELSEWHERE]


class Chances(TextChoices):
    """Who has fewer chances, as far as can be known: of the students, or of the school."""

    PUPIL_PREMIUM = "pupil_premium", "Students eligible for pupil premium"
    SEND = "send", "Students with special educational needs"
    RURAL = "rural", "Schools in the countryside"
    PATHFINDER = "pathfinder", "Schools in a pathfinder area"


class PassReason(TextChoices):
    """Why a waiting group was not offered places that somebody else got."""

    TOO_FEW = "too_few_places", "There were too few places for your group"
    RESERVED = "places_reserved", "The other places were kept for those who have priority here"
    CAP = "over_cap", "One school cannot have that many of the places"
    YEAR_GROUP = "not_suitable_year_group", "It no longer suits your year group"
    STANDING = "not_in_good_standing", "Bookings of your school were suspended"


class PauseReason(TextChoices):
    """Why a listing paused by itself. Its provider needs no reason."""

    NOT_CONFIRMED = "not_confirmed", "Nobody confirmed that it was still right"


class ListingRefusal(TextChoices):
    """Why a broker declines a listing for good. Sending back is for all that can be mended."""

    NOT_WORK_EXPERIENCE = "not_work_experience", "It is not an experience of work"
    UNSAFE = "unsafe", "It cannot be made safe for students"
    DUPLICATE = "duplicate", "It is listed already"
    SALES = "sales", "It is selling something"
    UNPAID_WORK = "unpaid_work", "It replaces paid work"
    CANNOT_VERIFY = "cannot_verify", "We could not confirm who is offering it"
    OTHER = "other", "Another reason"


class ConcernKind(TextChoices):
    SAFEGUARDING = "safeguarding", "A student may be at risk of harm"
    SAFETY = "safety", "Health and safety"
    WRONG = "wrong", "The listing says something that is not true"
    CONDUCT = "conduct", "How somebody behaved"
    OTHER = "other", "Something else"


class ConsentAnswer(TextChoices):
    """What a parent or carer said."""

    NONE = "", "No answer yet"
    YES = "yes", "Yes"
    NO = "no", "No"
    WITHDRAWN = "withdrawn", "Taken back"


class ConsentRefusal(TextChoices):
    """Why a parent says no. A code is enough: words would tell more than a school must keep."""

    TRAVEL = "travel", "The journey does not work for us"
    DATES = "dates", "The dates do not work for us"
    SAFETY = "safety", "I am worried about safety"
    NEEDS = "needs", "I am not sure that my child's needs can be met"
    NOT_WANTED = "not_wanted", "My child does not want to go"
    OTHER = "other", "Another reason, or I would rather not say"


class Paper(TextChoices):
    """What a start may need, in the order in which it is usually done."""

    AGREEMENT = "host_agreement", "Host's agreement"
    CHECK = "workplace_check", "Check of the workplace"
    INSURANCE = "insurance", "Employers' liability insurance"
    NAMED = "students_named", "Students named"
    CONSENT = "parent_consent", "Parents' consent"
    BRIEFING = "briefing", "Students briefed"


class WithoutIt(TextChoices):
    """What it means when a start comes near and a paper is missing."""

    BLOCKS = "blocks", "Students may not start"
    ESCALATES = "escalates", "The hub is told, and decides with both sides"
    ADVISES = "advises", "Nothing: it is good advice"


class CheckBasis(TextChoices):
    """How a workplace was looked at: as much as its risks ask for, and no more (HSE)."""

    CONVERSATION = "conversation", "A conversation that was noted down"
    KNOWN = "known", "Known from earlier placements, with nothing new"
    VISIT = "visit", "A visit"
    SPECIALIST = "specialist", "A visit by a specialist assessor"
    HEAD_OFFICE = "head_office", "What a head office provides for all its sites"


class FoundThrough(TextChoices):
    """How a student came to a placement of their own: monitored, since not all have such ties."""

    ALONE = "alone", "The student asked, knowing nobody there"
    FAMILY = "family", "Through the family"
    FRIEND = "friend", "Through a friend or neighbour"
    SCHOOL = "school", "Through somebody at school"
    OTHER = "other", "In another way"


class AskedEnd(TextChoices):
    """What became of asking somebody to look at a workplace."""

    LOOKED = "looked", "Looked at"
    CANNOT = "cannot", "They cannot"
    TAKEN_BACK = "taken_back", "Taken back"
    UNANSWERED = "unanswered", "Nobody answered"


class CheckOutcome(TextChoices):
    SUITABLE = "suitable", "Suitable"
    CONDITIONS = "conditions", "Suitable, with conditions"
    UNSUITABLE = "unsuitable", "Not suitable"
