"""The timetable of messages as a page that anybody can read: docs/messages.md is made from this.

What it says of a kind stands where its letter is registered, as `letters.Terms`.
"""

from collections.abc import Iterator
from itertools import groupby

from accounts import letters
from accounts.letters import Letter, Terms

HEAD = """# What we write, to whom and when

Made from what each kind of letter says where it is registered, by
`python3 dev.py manage messages --file docs/messages.md`; a test fails when it differs.

A message is a row written in the transaction of the change that makes it due. Whether it still
holds is asked again when it is sent, and what holds no longer is not sent. One that could not be
sent is tried eight times in about two days, then waits for the national team. The words of each
are in `templates/emails/`, and name no student. The national team reads a sample of each at
`/messages/wording/`; `python3 dev.py manage message_gallery --to DIR` writes all of them as files.

*Until* says for how long a message is worth sending, where that is more than that it still holds.
*Stop* says whether its reader may stop such mails, by a link in each, without signing in, or at
`/account/emails/`; a saved search, by the link or where it was saved. The others are part of what
was agreed, or guard an account. What was stopped and is owed is not sent.
*Several in one mail* goes what is owed to one reader at once, each with its own words and links: the
first goes at once, and what is owed within ten minutes of such a mail waits until they are over,
unless it would be too late by then, or quiet. The ten minutes are `MAIL_GATHERED_FOR_MINUTES`, which a
demonstration has not.
A text goes to whoever gave a mobile number for it at `/account/texts/`, where mail leaves by GOV.UK
Notify: besides the mail, in no mail of several, at most 160 characters, and never at night.
*At night* says why a message may also go between 19:00 and 07:00 in England, and on Saturdays,
Sundays and bank holidays. All others wait until 07:00 on the next working day. What would be over by
then goes at nine on the working day before. What was owed too late even for that is not sent, and is
kept as too late to send, unless this column says that it goes at night. Such is
`MAIL_QUIET_HOURS`, which production has and a demonstration has not.
"""
TABLE = """
## {}

| message | who gets it | what makes it due | when | until | stop | at night |
|---|---|---|---|---|---|---|
"""


def page() -> str:
    return HEAD + "".join(_subjects())


def undescribed() -> list[str]:
    """The kinds of which nothing is said yet."""
    return [letter.kind for letter in letters.registered() if letter.terms is None]


def by_subject() -> Iterator[tuple[str, list[tuple[Letter, Terms]]]]:
    """Each heading, in the order in which the apps told of them, and what stands beneath it."""
    said = [(letter, letter.terms) for letter in letters.registered() if letter.terms]
    in_order = list(dict.fromkeys(terms.subject for _, terms in said))
    said.sort(key=lambda one: in_order.index(one[1].subject))
    for subject, rows in groupby(said, key=lambda one: one[1].subject):
        yield subject, list(rows)


def _subjects() -> Iterator[str]:
    for subject, rows in by_subject():
        yield TABLE.format(subject) + "".join(_row(*row) for row in rows)


def _row(letter: Letter, terms: Terms) -> str:
    stop = "may be stopped" if letter.may_be_stopped else ""
    due = f"{terms.due}; several in one mail" if letter.together else terms.due
    cells = (f"`{letter.kind}`", terms.to, terms.when, due, terms.until, stop, terms.urgent)
    return f"| {' | '.join(cells)} |\n"
