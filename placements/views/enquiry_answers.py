"""A provider's answer to a school's question: signed in, or from the link in the mail."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import acting
from placements import authority, enquiries, enquiry_links
from placements.forms.booking import Decline, put_back
from placements.forms.enquiries import SayYes
from placements.models import EnquiryAnswer

GET_OR_POST = ["GET", "HEAD", "POST"]
# Which question of the form a refusal concerns.
CONCERNS = {"not_published": "offer", "not_open": "offer"}
SAID_YES = "You have said that you can help. The school has been told."
SAID_NO = "You have said no. The school has been told why."


@require_http_methods(GET_OR_POST)
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    rows = EnquiryAnswer.objects.asked_of(member).select_related(
        "enquiry__school__school", "placement", "slot"
    )
    asked = get_object_or_404(rows, pk=pk)
    yes, no = forms_for(request, asked)
    done = said_yes(yes, lambda **said: enquiries.say_yes(asked, by=member, **said)) or said_no(
        no, lambda **said: enquiries.say_no(asked, by=member, **said)
    )
    if done:
        messages.success(request, done)
        return redirect("placements:answer-enquiry", pk)
    can_answer = authority.may_answer_enquiry(member, asked) and asked.can_still_be_given
    return page_of(request, asked, yes, no, can_answer=can_answer)


@never_cache
@login_not_required
@require_http_methods(GET_OR_POST)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    found = enquiry_links.opened(token)
    if found is None:
        return render(request, "placements/enquiry_link_spent.html", status=410)
    yes, no = forms_for(request, found.answer)
    done = said_yes(yes, lambda **said: enquiry_links.say_yes(found, **said)) or said_no(
        no, lambda **said: enquiry_links.say_no(found, **said)
    )
    if done:
        messages.success(request, done)
        return redirect("placements:answered-enquiry")
    return page_of(request, found.answer, yes, no, can_answer=True, by_link=True)


@login_not_required
@require_safe
def answered(request: HttpRequest) -> HttpResponse:
    return render(request, "placements/enquiry_answered.html")


def page_of(
    request: HttpRequest,
    asked: EnquiryAnswer,
    yes: SayYes,
    no: Decline,
    *,
    can_answer: bool,
    by_link: bool = False,
) -> HttpResponse:
    context = {
        "answer": asked,
        "enquiry": asked.enquiry,
        "placements": asked.placements.order_by("title", "pk"),
        "yes": yes,
        "no": no,
        "forms": [yes, no],
        "can_answer": can_answer,
        "by_link": by_link,
    }
    return render(request, "placements/enquiry_answer.html", context)


def forms_for(request: HttpRequest, asked: EnquiryAnswer) -> tuple[SayYes, Decline]:
    """Only the form whose button was pressed is filled in."""
    pressed = request.POST.get("answer")
    return (
        SayYes(asked, request.POST if pressed == "yes" else None),
        Decline(request.POST if pressed == "no" else None),
    )


def said_yes(form: SayYes, verb: Callable[..., EnquiryAnswer]) -> str:
    if not form.is_valid():
        return ""
    try:
        verb(**form.said)
    except ValidationError as refusal:
        put_back(form, refusal, concerns=CONCERNS)
        return ""
    return SAID_YES


def said_no(form: Decline, verb: Callable[..., EnquiryAnswer]) -> str:
    if not form.is_valid():
        return ""
    try:
        verb(**form.cleaned_data)
    except ValidationError as refusal:
        put_back(form, refusal, invalid="comment", concerns={})
        return ""
    return SAID_NO
