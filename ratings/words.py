"""The coded words of looking back: who came, what it was like, what comes next."""

from django.db.models import TextChoices

from placements.words import Criterion


class Presence(TextChoices):
    """Whether a student came. A code is enough: words would tell more than a school must keep."""

    CAME = "came", "Came"
    PARTLY = "partly", "Came on some of the days"
    ILL = "ill", "Ill"
    EXCUSED = "excused", "Could not come, and we were told"
    UNEXPLAINED = "unexplained", "Did not come, and nobody said why"
    SENT_HOME = "sent_home", "Was sent home"
    CLOSED = "host_closed", "The host could not have them"


# Who was there for some of it at least.
WAS_THERE = (Presence.CAME, Presence.PARTLY)


class Skill(TextChoices):
    TEAM = "team", "Working with others"
    LISTENING = "listening", "Listening and speaking"
    PROBLEMS = "problems", "Solving problems"
    INITIATIVE = "initiative", "Taking initiative"
    POSITIVE = "positive", "Staying positive"


class NextStep(TextChoices):
    """What a host could imagine next: a rung of the ladder, or the same again."""

    SAME = "same", "The same again"
    MORE = "more", "Another group, or more students"
    LONGER = "longer", "A longer placement, such as two weeks"
    MENTORING = "mentoring", "Mentoring or mock interviews"
    TALK = "talk", "A talk or a visit"
    T_LEVEL = "t_level", "A T Level placement"
    NOTHING = "nothing", "Nothing for now"


class ChangedMind(TextChoices):
    """What a placement did to a student's plans."""

    MORE = "more", "Yes: I want to do this kind of work more than before"
    LESS = "less", "Yes: I want to do this kind of work less than before"
    OTHER = "other", "Yes: it gave me another idea"
    SAME = "same", "No: I think as I did before"


class AimsMet(TextChoices):
    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"
    NONE = "none", "I had not set any"


# The seven criteria of a meaningful experience, as a student would say them.
IN_PLAIN_WORDS = {
    Criterion.PURPOSE: "I knew beforehand what it was for",
    Criterion.OUTCOMES: "It was right for my age and for what I need",
    Criterion.TWO_WAY: "I talked with people at work, and they talked with me",
    Criterion.RANGE_OF_PEOPLE: "I met people who do different jobs",
    Criterion.TASK: "I did a real task, or made something",
    Criterion.FEEDBACK: "Somebody told me how I had done it",
    Criterion.REFLECTION: "I had time to think or talk about it",
}
