"""Somebody who asks to act for a school of the area."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Member, MemberState
from brokers import authority, decisions, homes, members, reading
from brokers.forms import Deciding
from brokers.http import posted, reading_a_desk


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve them, or refuse them, by the button that was pressed."""
    broker = reading_a_desk(request)
    people = reading.members_of(broker).select_related("user", "organisation__school")
    person = get_object_or_404(people, pk=pk)
    desk = homes.desk_for(person.organisation)
    must_say_why = decisions.must_say_why(desk, broker)
    form = Deciding(posted(request), must_say_why=must_say_why)
    if form.is_valid():
        try:
            return _decide(request, person, form, broker)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    context = {
        "form": form,
        "person": person,
        "school": person.organisation.school,
        "waits": person.state == MemberState.PENDING,
        "can_decide": authority.may_decide_at(broker, desk),
    }
    return render(request, "brokers/member.html", context)


def _decide(request: HttpRequest, person: Member, form: Deciding, broker: Member) -> HttpResponse:
    if request.POST.get("decision") == "approve":
        members.approve(person, by=broker, because=form.reason)
        messages.success(request, f"{person.user} can now act for {person.organisation}.")
    else:
        members.refuse(person, by=broker, because=form.reason)
        messages.success(request, f"{person.user} has been refused.")
    return redirect("brokers:desk")
