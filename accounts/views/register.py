"""Registering: choose what you are, a few short pages, then look in your mail."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import limits, links, registration
from accounts.forms.register import (
    AboutOrganisation,
    AboutYou,
    AboutYouAtSchool,
    FindSchool,
    YourJob,
)
from accounts.forms.sign_in import ConfirmAddress
from accounts.forms.workplaces import DescribeWorkplace
from accounts.models import Member, School, User, Workplace
from accounts.registration import Applicant
from accounts.views.opened import forget, kept_to_itself, opened, spent, too_many
from accounts.views.sign_in import enter

# What was typed on the pages before the last one.
ORGANISATION, WORKPLACE = "registering_organisation", "registering_workplace"


@login_not_required
def register(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/register.html")


@login_not_required
def register_school(request: HttpRequest) -> HttpResponse:
    """Find the school in the register."""
    form = FindSchool(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = School.objects.open().named_like(words) if words else School.objects.none()
    page = Paginator(found.order_by("name", "urn"), 20).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "words": words}
    return render(request, "accounts/register_school.html", context)


@login_not_required
@never_cache
def join_school(request: HttpRequest, urn: str) -> HttpResponse:
    """Say who you are; the verb decides whether you start at once."""
    school = get_object_or_404(School.objects.open(), urn=urn)
    form = _about_you(request, school)
    if form.is_valid():
        if not _may_register(request, form):
            return too_many(request)
        try:
            member = registration.register_school(school, applicant=_applicant(request, form))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _answer(request, form, member)
    return render(request, "accounts/join_school.html", {"form": form, "school": school})


@login_not_required
@never_cache
def register_employer(request: HttpRequest) -> HttpResponse:
    form = AboutOrganisation(request.POST or _kept(request, ORGANISATION))
    if request.method == "POST" and form.is_valid():
        request.session[ORGANISATION] = request.POST.urlencode()
        return redirect("accounts:register-workplace")
    context = {"form": form if request.method == "POST" else _unjudged(form)}
    return render(request, "accounts/register_employer.html", context)


@login_not_required
@never_cache
def register_workplace(request: HttpRequest) -> HttpResponse:
    """The first workplace; there may be none, where everything is online."""
    if ORGANISATION not in request.session:
        return redirect("accounts:register-employer")
    if request.method == "POST" and "none" in request.POST:
        request.session.pop(WORKPLACE, None)
        return redirect("accounts:register-you")
    form = DescribeWorkplace(request.POST or _kept(request, WORKPLACE))
    if request.method == "POST" and form.is_valid():
        request.session[WORKPLACE] = request.POST.urlencode()
        return redirect("accounts:register-you")
    context = {"form": form if request.method == "POST" else _unjudged(form)}
    return render(request, "accounts/register_workplace.html", context)


@login_not_required
@never_cache
def register_you(request: HttpRequest) -> HttpResponse:
    """The last page: who you are. Everything is written here, or nothing."""
    organisation = AboutOrganisation(_kept(request, ORGANISATION))
    if not organisation.is_valid():
        return redirect("accounts:register-employer")
    form = _about_you(request)
    if form.is_valid():
        if not _may_register(request, form):
            return too_many(request)
        member = registration.register_employer(
            organisation.save(commit=False),
            applicant=_applicant(request, form),
            workplace=_first_workplace(request),
        )
        for page in (ORGANISATION, WORKPLACE):
            request.session.pop(page, None)
        return _answer(request, form, member)
    context = {"form": form, "organisation": organisation.cleaned_data["name"]}
    return render(request, "accounts/register_you.html", context)


@login_not_required
@kept_to_itself
@sensitive_post_parameters("password")
def confirm(request: HttpRequest) -> HttpResponse:
    """From the mail: this address is mine, and what I registered is right."""
    link = opened(request, links.CONFIRM_ADDRESS)
    if link is None:
        return spent(request, links.CONFIRM_ADDRESS)
    posted = request.POST if request.method == "POST" else None
    form = ConfirmAddress(posted, person=link.user)
    if form.is_valid():
        try:
            member = registration.confirm(link, password=form.cleaned_data["password"])
        except ValidationError:
            return spent(request, links.CONFIRM_ADDRESS)
        forget(request, links.CONFIRM_ADDRESS)
        return _welcome(request, member)
    member = get_object_or_404(Member.objects.select_related("organisation"), pk=link.subject)
    return render(request, "accounts/confirm.html", {"form": form, "member": member})


def _welcome(request: HttpRequest, member: Member) -> HttpResponse:
    response = enter(request, member.user)
    if member.is_active:
        messages.success(request, f"You can now act for {member.organisation}.")
    else:
        messages.info(
            request,
            "Your address is confirmed. Somebody has been asked to approve you for "
            f"{member.organisation}.",
        )
    return response


def _about_you(request: HttpRequest, school: School | None = None) -> AboutYou | YourJob:
    posted = request.POST if request.method == "POST" else None
    if request.user.is_authenticated:
        return YourJob(posted)
    if school is None:
        return AboutYou(posted)
    return AboutYouAtSchool(posted, domain=school.domain, is_led=registration.is_led(school))


def _applicant(request: HttpRequest, form: AboutYou | YourJob) -> Applicant:
    user = request.user if isinstance(request.user, User) else None
    return Applicant(user=user, **form.cleaned_data)


def _may_register(request: HttpRequest, form: AboutYou | YourJob) -> bool:
    email = form.cleaned_data.get("email") or str(request.user.pk)
    return limits.spend(request, "register", key=email)


def _first_workplace(request: HttpRequest) -> Workplace | None:
    """The workplace of the page before; it was valid then, and is asked again now."""
    if WORKPLACE not in request.session:
        return None
    form = DescribeWorkplace(_kept(request, WORKPLACE))
    return form.save(commit=False) if form.is_valid() else None


def _kept(request: HttpRequest, page: str) -> QueryDict | None:
    typed = request.session.get(page)
    return QueryDict(typed) if typed else None


def _unjudged(form: Any) -> Any:
    """What was typed before, shown again without calling anything wrong."""
    if not form.is_bound:
        return form
    typed = {name: form[name].value() for name in form.fields}
    return type(form)(initial=typed)


def _answer(request: HttpRequest, form: AboutYou | YourJob, member: Member | None) -> HttpResponse:
    """The same to everybody who is not signed in, whether the address was known or not."""
    if not request.user.is_authenticated:
        request.session["written_to"] = form.cleaned_data["email"]
        return redirect("accounts:look-in-your-mail")
    if member is not None and member.is_active:
        messages.success(request, f"You can now act for {member.organisation}.")
    else:
        messages.info(request, "Somebody has been asked to approve you.")
    return redirect("accounts:account")
