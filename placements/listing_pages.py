"""How far a listing has come, page by page: for its task list and for what comes next."""

from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse

from placements import answers, bar, revisions, sections
from placements.models import Placement, ReviewNote, Revision
from placements.sections import Section

COMPLETED = "Completed"
STARTED = "In progress"
NOT_STARTED = "Not started"
OPTIONAL = "Optional"
NOTED = "Change asked for"


@dataclass
class Page:
    """One section as it stands."""

    section: Section
    address: str
    status: str
    notes: list[ReviewNote] = field(default_factory=list)
    # Each question's short name and the answer in words.
    answers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.status in (COMPLETED, OPTIONAL)


class Progress:
    """A listing's pages, with its open changes counted in."""

    def __init__(self, placement: Placement, revision: Revision | None = None) -> None:
        self.placement = placement
        self.proposed = revisions.as_proposed(placement, revision)

    @cached_property
    def pages(self) -> list[Page]:
        return [
            Page(
                section=section,
                address=self.address_of(section.code),
                status=self._status(section),
                notes=[note for note in self.notes if note.section == section.code],
                answers=self._answers(section),
            )
            for section in sections.of(self.proposed)
        ]

    @cached_property
    def notes(self) -> list[ReviewNote]:
        """What the broker asked for and has not been settled."""
        return list(self.placement.review_notes.filter(settled_at=None))

    @cached_property
    def notes_elsewhere(self) -> list[ReviewNote]:
        """Notes on a section that an offer of this kind does not have."""
        codes = {page.section.code for page in self.pages}
        return [note for note in self.notes if note.section not in codes]

    @property
    def done(self) -> int:
        return sum(page.is_done for page in self.pages)

    @property
    def is_complete(self) -> bool:
        return not self._shortcomings

    @property
    def task_list(self) -> str:
        return reverse("placements:listing", args=[self.placement.pk])

    def address_of(self, code: str) -> str:
        if code == sections.DATES.code:
            return reverse("placements:listing-dates", args=[self.placement.pk])
        return reverse("placements:listing-section", args=[self.placement.pk, code])

    @property
    def next_page(self) -> Page | None:
        """The first page that somebody who comes back has still to write or to mend."""
        return next((page for page in self.pages if not page.is_done), None)

    def after(self, code: str) -> str:
        """Where "Save and continue" leads: the next page that is not done, or the check.

        Pages with a broker's note are gone through once, forwards: a note is settled by
        sending the listing in, so going round would never end.
        """
        codes = [page.section.code for page in self.pages]
        here = codes.index(code) if code in codes else 0
        ahead = [page for page in self.pages[here + 1 :] if not page.is_done]
        missed = [page for page in self.pages[:here] if page.status in (STARTED, NOT_STARTED)]
        if waiting := [*ahead, *missed]:
            return waiting[0].address
        return reverse("placements:check-listing", args=[self.placement.pk])

    @cached_property
    def _shortcomings(self) -> set[str]:
        return {short.section for short in bar.shortcomings(self.proposed)}

    def _status(self, section: Section) -> str:
        if any(note.section == section.code for note in self.notes):
            return NOTED
        answered = bool(self._answered(section))
        if section.code not in self._shortcomings:
            return OPTIONAL if section.optional and not answered else COMPLETED
        return STARTED if answered else NOT_STARTED

    def _answered(self, section: Section) -> list[str]:
        """What has been answered; what every listing starts with counts for nothing."""
        given = (name for name in section.fields if answers.given(self.proposed, name))
        untouched = Placement(provider=self.placement.provider)
        return [name for name in given if getattr(self.proposed, name) != getattr(untouched, name)]

    def _answers(self, section: Section) -> list[tuple[str, str]]:
        return [
            (answers.LABELS[name], answers.given(self.proposed, name)) for name in section.fields
        ]
