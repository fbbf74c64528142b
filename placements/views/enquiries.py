"""A school's enquiries: ask, all of them, one with its answers side by side, close."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import acting
from accounts.models import Member
from accounts.phrases import plural
from placements import authority, comparison, enquiries, http
from placements.enquiry_rules import MOST_ASKED
from placements.forms.booking import put_back
from placements.forms.enquiries import CONCERNS, AskProviders
from placements.models import Enquiry, EnquiryAnswer, Placement, Slot
from placements.states import AnswerState, EnquiryState

A_PAGE = 20


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What one's school asked; or what one's own organisation is asked."""
    member = acting(request)
    rows: QuerySet[Enquiry] | QuerySet[EnquiryAnswer]
    rows = asked_by(member) if member.organisation.is_school else asked_of(member)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "member": member, "may_enquire": authority.may_enquire(member)}
    return render(request, "placements/enquiries.html", context)


def asked_by(member: Member) -> QuerySet[Enquiry]:
    """Those that still want something first, and then the newest."""
    mine = Enquiry.objects.visible_to(member).with_how_many_answered()
    order = _in_this_order(EnquiryState.OPEN, EnquiryState.OVER, EnquiryState.CLOSED)
    return mine.alias(rank=order).order_by("rank", "-asked_at", "pk")


def asked_of(member: Member) -> QuerySet[EnquiryAnswer]:
    """What waits for an answer first, the most urgent before the others."""
    ours = EnquiryAnswer.objects.asked_of(member).select_related("enquiry__school")
    order = _in_this_order(AnswerState.ASKED)
    return ours.alias(rank=order).order_by("rank", "-enquiry__asked_at", "pk")


def _in_this_order(*states: str) -> Case:
    return Case(
        *(When(state=state, then=Value(number)) for number, state in enumerate(states)),
        default=Value(len(states)),
        output_field=IntegerField(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    member = acting(request)
    if not authority.may_enquire(member):
        raise PermissionDenied
    offered = list(comparison.offered(asked_about(request)))
    form = AskProviders(offered, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            enquiry = put(form, offered, member)
        except ValidationError as refusal:
            put_back(form, refusal, invalid="question", concerns=CONCERNS)
        else:
            asked = plural(enquiry.answers.count(), "provider")
            messages.success(request, f"We have asked {asked}. We will email you when they answer.")
            return redirect("placements:enquiry", enquiry.pk)
    context = {"form": form, "offered": offered, "most": MOST_ASKED}
    return render(request, "placements/enquiry_form.html", context)


def put(form: AskProviders, offered: list[Placement], member: Member) -> Enquiry:
    asked = dict(form.cleaned_data)
    chosen = set(asked.pop("placements"))
    return enquiries.ask([one for one in offered if one.pk in chosen], by=member, **asked)


def asked_about(request: HttpRequest) -> list[uuid.UUID]:
    """The placements that the address names, or else those on the shortlist."""
    named = []
    for word in request.GET.getlist("placement")[:MOST_ASKED]:
        try:
            named.append(uuid.UUID(word))
        except ValueError:
            continue
    return named or list(http.shortlist_of(request).chosen)


@require_safe
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    enquiry = get_object_or_404(
        Enquiry.objects.visible_to(member).select_related("asked_by__user"), pk=pk
    )
    answers = enquiry.answers.select_related("provider", "placement")
    slots = Prefetch("slot", Slot.objects.with_days_left())
    order = _in_this_order(AnswerState.YES, AnswerState.ASKED, AnswerState.NO)
    context = {
        "enquiry": enquiry,
        "answers": answers.prefetch_related("placements", slots)
        .alias(rank=order)
        .order_by("rank", "answered_at", "provider__name", "pk"),
        "bookable": set(
            Placement.objects.published()
            .filter(pk__in=enquiry.answers.values("placements"))
            .values_list("pk", flat=True)
        ),
        "moves": enquiry.moves.select_related("by__user"),
        "may_close": authority.may_close_enquiry(member, enquiry) and not enquiry.is_closed,
        "may_book": authority.may_book(member),
    }
    return render(request, "placements/enquiry.html", context)


@require_POST
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    member = acting(request)
    enquiry = get_object_or_404(Enquiry.objects.visible_to(member), pk=pk)
    enquiries.close(enquiry, by=member)
    messages.success(request, "The question is closed. Those who said yes have been told.")
    return redirect("placements:enquiry", pk)
